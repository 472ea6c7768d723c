// ODCS relationships as `reference` rules. References by id (`schema/…/properties/…`, other files) are kept as not checked.
import type {ClauseDraft} from './draft.ts'
import type {MapReader} from './map-reader.ts'

type Draft = Pick<ClauseDraft, 'kind' | 'params' | 'path' | 'paramPath' | 'notCheckedBecause'>

interface Target {
  readonly dataset: string
  readonly column: string
}

/** A relationship of a property: `to` names a dataset and column, `from` is the property itself. */
export function readPropertyRelationship(relationship: MapReader, column: string): readonly Draft[] {
  checkType(relationship)
  if (relationship.has('from'))
    relationship.report({message: 'relationship: from is implied under a property', hint: 'leave it out', key: 'from', atKey: true})
  const to = references(relationship, 'to')
  if (to === undefined) return []
  if (to.length > 1) {
    relationship.report({message: 'relationship: a key of several columns belongs under the schema object', key: 'to'})
    return []
  }
  return reference(relationship, to, [column])
}

/** A relationship of the schema object: `from` and `to` name as many columns, in the same order. */
export function readObjectRelationship(relationship: MapReader, dataset: string): readonly Draft[] {
  checkType(relationship)
  const [from, to] = [references(relationship, 'from'), references(relationship, 'to')]
  if (from === undefined || to === undefined) return []
  if (from.length !== to.length) {
    relationship.report({message: `relationship: from names ${from.length} columns, to names ${to.length}`, key: 'to'})
    return []
  }
  const targets = from.map(shorthand)
  const foreign = targets.find((target) => target !== undefined && target.dataset !== dataset)
  if (foreign !== undefined) {
    relationship.report({message: `relationship: from names dataset ${foreign.dataset}, this is ${dataset}`, key: 'from'})
    return []
  }
  if (targets.includes(undefined)) return [notFollowed(relationship)]
  return reference(
    relationship,
    to,
    targets.map((target) => target?.column ?? ''),
  )
}

function checkType(relationship: MapReader): void {
  const type = relationship.text('type')
  if (type !== undefined && type !== 'foreignKey')
    relationship.report({message: `relationship: type ${type} is not foreignKey`, key: 'type'})
}

function references(relationship: MapReader, key: 'from' | 'to'): readonly string[] | undefined {
  const raw = relationship.raw(key)
  const list = Array.isArray(raw) ? raw : [raw]
  if (list.length > 0 && list.every((entry) => typeof entry === 'string')) return list
  relationship.report({
    message: `relationship: ${key} ${raw === undefined ? 'is missing' : 'must name a column, or a list of columns'}`,
    hint: `for example ${key}: patient.id`,
  })
  return undefined
}

function shorthand(reference: string): Target | undefined {
  const [, dataset, column] = /^([^./#\s]+)\.([^./#\s]+)$/.exec(reference) ?? []
  return dataset === undefined || column === undefined ? undefined : {dataset, column}
}

function notFollowed({path}: MapReader): Draft {
  return {
    kind: 'reference',
    params: {},
    path,
    notCheckedBecause: 'the relationship points by id or into another file; write it as dataset.column',
  }
}

function reference(relationship: MapReader, to: readonly string[], own: readonly string[]): readonly Draft[] {
  const targets = to.map(shorthand)
  const [first] = targets
  if (first === undefined || targets.includes(undefined)) return [notFollowed(relationship)]
  if (targets.some((target) => target?.dataset !== first.dataset)) {
    relationship.report({message: 'relationship: to names columns of several datasets', key: 'to'})
    return []
  }
  const on = Object.fromEntries(targets.map((target, index) => [target?.column ?? '', own[index] ?? '']))
  return [{kind: 'reference', params: {dataset: first.dataset, on}, path: relationship.path, paramPath: () => [...relationship.path, 'to']}]
}
