// Plans over tables in memory. Files are read beforehand (`load-files.ts`), so running a plan waits for nothing.
import type {Judged, Judgement, Plan, PlanColumn, ScanFile} from '../../../src/core/expr/plan.ts'
import {planColumns} from '../../../src/core/expr/walk.ts'
import {aggregate} from './aggregate.ts'
import {evaluateColumn} from './evaluate-column.ts'
import {keepRows, type Table, tableOf, valuesOf} from './table.ts'
import {fromScalar, keyOf, type Value} from './values.ts'

export type RunRelation = (plan: Plan) => Table

/** What a file holds, by the names in the file. */
export interface FileContent {
  readonly length: number
  readonly column: (name: string) => readonly Value[]
}

export type Files = ReadonlyMap<ScanFile, FileContent>

export function runPlan(plan: Plan, files: Files): Table {
  const columns = planColumns(plan)
  const relation: RunRelation = (of) => runPlan(of, files)
  switch (plan.kind) {
    case 'scan':
      return concatenated(
        plan.files.map((file) => scanned(file, plan.columns, plan.rowNumber, files)),
        columns,
      )
    case 'values':
      return tableOf(
        plan.rows.map((row) => Object.fromEntries(columns.map(({name}, index) => [name, row[index] ?? null]))),
        columns,
      )
    case 'derive': {
      const input = runPlan(plan.input, files)
      const derived = plan.columns.map(({name, expr}) => [name, evaluateColumn(expr, input, relation)] as const)
      return {columns, length: input.length, data: new Map([...input.data, ...derived])}
    }
    case 'select': {
      const input = runPlan(plan.input, files)
      const data = new Map(plan.columns.map(({name, expr}) => [name, evaluateColumn(expr, input, relation)]))
      return {columns, length: input.length, data}
    }
    case 'filter': {
      const input = runPlan(plan.input, files)
      const condition = evaluateColumn(plan.where, input, relation)
      return keepRows(input, (index) => condition[index] === true)
    }
    case 'group':
      return grouped(plan, runPlan(plan.input, files), columns, relation)
    case 'union':
      return concatenated(
        plan.inputs.map((input) => runPlan(input, files)),
        columns,
      )
    case 'verdict': {
      const {table, verdicts} = judge(plan.of, files)
      const kept = keepRows(table, (index) => verdicts[index]?.is === plan.is)
      if (plan.reasons === undefined) return kept
      const reasons = verdicts.filter(({is}) => is === plan.is).map(({quarantinedBy}) => quarantinedBy.join('|'))
      return {columns, length: kept.length, data: new Map([...kept.data, [plan.reasons, reasons]])}
    }
  }
}

function grouped(
  {by, aggregates}: Extract<Plan, {readonly kind: 'group'}>,
  input: Table,
  columns: readonly PlanColumn[],
  relation: RunRelation,
): Table {
  const keys = Array.from({length: input.length}, (_, row) => keyOf(by.map((name) => valuesOf(input, name)[row] ?? null)))
  const groups = [...new Set(keys)].map((key) => keepRows(input, (row) => keys[row] === key))
  const own = by.map((name): readonly [string, readonly Value[]] => [name, groups.map((group) => valuesOf(group, name)[0] ?? null)])
  const found = aggregates.map((each): readonly [string, readonly Value[]] => {
    const type = columns.find(({name}) => name === each.name)?.type ?? 'int64'
    return [each.name, groups.map((group) => fromScalar(aggregate(each, group, relation), type))]
  })
  return {columns, length: groups.length, data: new Map([...own, ...found])}
}

function scanned(file: ScanFile, columns: readonly PlanColumn[], rowNumber: string | undefined, files: Files): Table {
  const content = files.get(file)
  if (content === undefined) throw new Error('a file was not loaded')
  const data = new Map<string, readonly Value[]>()
  for (const {name, type} of columns) {
    const from = file.binding[name]
    const constant = fromScalar(file.constants[name] ?? null, type)
    data.set(name, from === undefined ? new Array<Value>(content.length).fill(constant) : content.column(from))
  }
  if (rowNumber !== undefined)
    data.set(
      rowNumber,
      Array.from({length: content.length}, (_, index) => BigInt(index + 1)),
    )
  const {deletedRows = []} = file
  const isDeleted = (index: number): boolean => deletedRows.some(({from, to}) => index >= from && index < to)
  return keepRows({columns, length: content.length, data}, (index) => !isDeleted(index))
}

function concatenated(tables: readonly Table[], columns: readonly PlanColumn[]): Table {
  const data = new Map(columns.map(({name}) => [name, tables.flatMap((table) => valuesOf(table, name))]))
  return {columns, length: tables.reduce((total, table) => total + table.length, 0), data}
}

interface Verdict {
  readonly is: 'accepted' | 'quarantined' | 'skipped'
  readonly quarantinedBy: readonly string[]
  /** Judgements that count this row: those that are true, but of the skips only the one that skipped it. */
  readonly countedBy: readonly string[]
}

export interface JudgedTable {
  readonly table: Table
  readonly verdicts: readonly Verdict[]
}

export function judge(judged: Judged, files: Files): JudgedTable {
  const table = runPlan(judged.input, files)
  const found = judged.judgements.map(({when}) => evaluateColumn(when, table, (plan) => runPlan(plan, files)))
  const verdicts = Array.from({length: table.length}, (_, row) =>
    verdictOf(judged.judgements.filter((_, index) => found[index]?.[row] === true)),
  )
  return {table, verdicts}
}

function verdictOf(holding: readonly Judgement[]): Verdict {
  const ids = (effect: Judgement['effect']): readonly string[] =>
    holding.filter((judgement) => judgement.effect === effect).map(({id}) => id)
  const quarantinedBy = ids('quarantine')
  const counted = [...quarantinedBy, ...ids('warn')]
  if (quarantinedBy.length > 0) return {is: 'quarantined', quarantinedBy, countedBy: counted}
  const [skippedBy] = ids('skip')
  if (skippedBy === undefined) return {is: 'accepted', quarantinedBy, countedBy: counted}
  return {is: 'skipped', quarantinedBy, countedBy: [...counted, skippedBy]}
}
