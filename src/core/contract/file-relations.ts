// The rows of a contract's files as relations for its rules and steps: text, all of it.
import {HippoError} from '../errors/hippo-error.ts'
import type {Contract, ReferenceFile} from '../model/contract.ts'
import type {Relation} from '../rules/define-rule.ts'
import {referencedFile} from '../rules/reference-name.ts'

/** Rows of datasets and files by name; throws CONTRACT_RULE_INVALID, without a place, for a file that could not be read. */
export function withFiles(
  {referenceFiles}: Contract,
  datasets: (name: string) => Relation | undefined,
): (name: string) => Relation | undefined {
  const relations = new Map<string, Relation>()
  return (name) => {
    const path = referencedFile(name)
    if (path === undefined) return datasets(name)
    const file = referenceFiles?.get(path)
    if (typeof file === 'string') throw new HippoError('CONTRACT_RULE_INVALID', {message: file})
    if (file === undefined) return undefined
    const relation = relations.get(path) ?? relationOf(file)
    relations.set(path, relation)
    return relation
  }
}

function relationOf({columns, rows}: ReferenceFile): Relation {
  return {
    plan: {kind: 'values', columns: columns.map((name) => ({name, type: 'string'})), rows},
    columns: Object.fromEntries(columns.map((name) => [name, 'string'])),
  }
}
