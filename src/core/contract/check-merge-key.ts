// Rows are merged by their key, so a key must be there, be readable and be unambiguous: none of that may merely warn.
import type {Contract} from '../model/contract.ts'
import {effectOf} from './compile-rules.ts'
import type {ContractFile} from './contract-file.ts'

/** Reports key columns of a merged dataset whose absence, type or repetition would not keep a row out. */
export function checkMergeKey(file: ContractFile, {columns, rules, writeMode}: Pick<Contract, 'columns' | 'rules' | 'writeMode'>): void {
  if (writeMode !== 'merge') return
  const key = columns.filter(({primaryKeyPosition}) => primaryKeyPosition !== undefined)
  for (const column of key) {
    for (const kind of ['required', 'type', 'step', 'unique']) {
      const clauses = rules.filter((clause) => clause.kind === kind && clause.column === column.name)
      if (clauses.length === 0 || clauses.some((clause) => effectOf(clause) === 'quarantine')) continue
      file.report({
        code: 'CONTRACT_INVALID',
        message: `${column.name} is part of the primary key by which rows are merged: its rule ${kind} cannot merely warn`,
        hint: 'use hippoOnFailure: quarantine, reject or fail, or hippoWriteMode: append',
        at: clauses[0]?.at ?? column.at,
      })
    }
  }
  const composite = rules.find(
    (clause) =>
      clause.kind === 'unique' &&
      clause.column === undefined &&
      isKey(
        clause.params,
        key.map(({name}) => name),
      ),
  )
  if (composite === undefined || effectOf(composite) === 'quarantine') return
  file.report({
    code: 'CONTRACT_INVALID',
    message: 'the primary key by which rows are merged cannot merely warn when it repeats',
    at: composite.at,
  })
}

function isKey(params: unknown, key: readonly string[]): boolean {
  const columns = (params as {readonly columns?: readonly string[]}).columns ?? []
  return [...columns].sort().join('\n') === [...key].sort().join('\n')
}
