// The one schema object of a contract: the dataset with its columns, key, write mode and the clauses about it as a whole.

import type {Column, Contract, Materialization, OnIncompleteFile, WriteMode} from '../model/contract.ts'
import type {Compatibility} from '../model/contract-change.ts'
import type {ContractFile, Path} from './contract-file.ts'
import {type Extensions, readExtensions} from './custom-properties.ts'
import type {ClauseDraft} from './draft.ts'
import {type MapReader, readMap} from './map-reader.ts'
import {objectExtensions, objectKeys, propertyKeys, relationshipKeys} from './odcs-keys.ts'
import {type ReadColumn, readColumn} from './read-column.ts'
import {readErasureTerms} from './read-erasure-terms.ts'
import {readExamples} from './read-examples.ts'
import {readQuality} from './read-quality.ts'
import {readObjectRelationship} from './read-relationship.ts'
import {readTableTerms} from './read-table-terms.ts'

export type SchemaObject = Pick<
  Contract,
  | 'dataset'
  | 'description'
  | 'source'
  | 'writeMode'
  | 'maxQuarantinePercent'
  | 'onIncompleteFile'
  | 'materialization'
  | 'columns'
  | 'isDataSubject'
  | 'personColumns'
  | 'legalHold'
  | 'quarantineRetentionDays'
  | 'hasConstraints'
  | 'changeDataFeed'
  | 'clusterBy'
  | 'compatibility'
  | 'examples'
> & {readonly drafts: readonly ClauseDraft[]}

const writeModes: readonly WriteMode[] = ['append', 'overwrite', 'merge']
const materializations: readonly Materialization[] = ['table', 'view']
const compatibilities: readonly Compatibility[] = ['none', 'backward', 'forward', 'full']
const incompleteFiles: readonly OnIncompleteFile[] = ['gate', 'quarantine']
const defaultMaxQuarantinePercent = 20

/** Reads the object at the path; undefined once a problem makes it unusable. */
export function readSchemaObject(file: ContractFile, path: Path): SchemaObject | undefined {
  const object = readMap(file, path, objectKeys, 'schema object')
  if (object === undefined) return undefined
  const dataset = readDatasetName(object)
  const extensions = readExtensions(object, objectExtensions)
  const materialization = extensions.oneOf('hippoMaterialization', materializations)
  const gold = materialization !== undefined
  const readColumns = object.items('properties', propertyKeys, 'property').flatMap((property) => readColumn(property, {gold}) ?? [])
  const columns = withKeys(object, readColumns)
  refuseTwins(object, columns)
  if (!Array.isArray(object.raw('properties')) || (object.raw('properties') as readonly unknown[]).length === 0) {
    object.report({
      code: 'CONTRACT_UNSUPPORTED',
      message: 'the schema object has no properties',
      hint: 'a dataset needs at least one column',
    })
  }
  const key = keyColumns(columns)
  const relationships = object.items('relationships', relationshipKeys, 'relationship')
  const description = object.text('description')
  const source = readSource(extensions, gold)
  const drafts = withChosenRow(
    [
      ...readColumns.flatMap((read) => [...read.drafts, ...singleKey(read, key)]),
      ...compositeKey(object, readColumns, key),
      ...relationships.flatMap((relationship) => readObjectRelationship(relationship, dataset)),
      ...readQuality(object, {}),
    ],
    key,
  )
  const compatibility = extensions.oneOf('hippoCompatibility', compatibilities)
  const writeMode = readWriteMode(extensions, {hasKey: key.length > 0, gold})
  return {
    dataset,
    ...(description === undefined ? {} : {description}),
    ...(source === undefined ? {} : {source}),
    writeMode,
    maxQuarantinePercent: readMaxQuarantine(extensions),
    // Merged rows that come again change nothing; appended ones would be doubled, and a part would replace the whole.
    onIncompleteFile: extensions.oneOf('hippoIncompleteFile', incompleteFiles) ?? (writeMode === 'merge' ? 'quarantine' : 'gate'),
    ...(materialization === undefined ? {} : {materialization}),
    ...(compatibility === undefined ? {} : {compatibility}),
    ...readErasureTerms(extensions, {key, gold, columns}),
    ...readExamples(extensions, {gold}),
    ...readTableTerms(extensions, {columns, gold}),
    columns,
    drafts,
  }
}

function readDatasetName(object: MapReader): string {
  const name = object.text('name') ?? ''
  if (!object.has('name')) object.report({message: 'schema object: name is missing'})
  else if (!/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/.test(name)) {
    object.report({message: `"${name}" is no dataset name: letters, digits, _ and -, at most 63`, key: 'name'})
  }
  return name
}

function readSource(extensions: Extensions, gold: boolean): Contract['source'] {
  const written = extensions.text('hippoSource')
  if (written === undefined) return undefined
  if (gold) extensions.report('hippoSource', {message: 'a gold dataset has no source: its rows come from a model'})
  const [, source, dataset] = /^([^.\s]+)\.([^.\s]+)$/.exec(written) ?? []
  if (source !== undefined && dataset !== undefined) return {source, dataset}
  extensions.report('hippoSource', {message: 'hippoSource must be <source>.<dataset key>', hint: 'for example ehr.patient'})
  return undefined
}

function readWriteMode(extensions: Extensions, {hasKey, gold}: {readonly hasKey: boolean; readonly gold: boolean}): WriteMode {
  if (extensions.raw('hippoHistory') !== undefined) {
    extensions.report('hippoHistory', {
      code: 'CONTRACT_UNSUPPORTED',
      message: 'hippoHistory is not supported',
      hint: 'every version of a silver table can be read by its number',
    })
  }
  const mode = extensions.oneOf('hippoWriteMode', writeModes)
  if (mode === 'merge' && !hasKey)
    extensions.report('hippoWriteMode', {message: 'merge needs a primary key', hint: 'mark the key columns with primaryKey: true'})
  if (mode !== undefined) return mode
  if (gold) return 'overwrite'
  return hasKey ? 'merge' : 'append'
}

function readMaxQuarantine(extensions: Extensions): number {
  const percent = extensions.raw('hippoMaxQuarantinePercent')
  if (percent === undefined) return defaultMaxQuarantinePercent
  if (typeof percent === 'number' && percent >= 0 && percent <= 100) return percent
  extensions.report('hippoMaxQuarantinePercent', {message: 'hippoMaxQuarantinePercent must be a number from 0 to 100'})
  return defaultMaxQuarantinePercent
}

/** Key columns with their positions: those that are written first, the others after them in reading order. */
function withKeys(object: MapReader, columns: readonly ReadColumn[]): readonly Column[] {
  const written = columns.flatMap(({key}) => key?.position ?? [])
  if (new Set(written).size < written.length)
    object.report({message: 'two properties have the same primaryKeyPosition', key: 'properties', atKey: true})
  let next = Math.max(0, ...written)
  return columns.map(({column, key}) => {
    if (key === undefined) return column
    if (key.position === undefined) next += 1
    return {...column, primaryKeyPosition: key.position ?? next}
  })
}

function keyColumns(columns: readonly Column[]): readonly string[] {
  return columns
    .filter((column) => column.primaryKeyPosition !== undefined)
    .sort((a, b) => (a.primaryKeyPosition ?? 0) - (b.primaryKeyPosition ?? 0))
    .map(({name}) => name)
}

function singleKey({column, onFailure, path}: ReadColumn, key: readonly string[]): readonly ClauseDraft[] {
  if (key.length !== 1 || key[0] !== column.name) return []
  return [{column: column.name, kind: 'unique', params: {}, path: [...path, 'primaryKey'], ...(onFailure === undefined ? {} : {onFailure})}]
}

function compositeKey(object: MapReader, columns: readonly ReadColumn[], key: readonly string[]): readonly ClauseDraft[] {
  if (key.length < 2) return []
  const onFailure = columns.find(({column}) => column.name === key[0])?.onFailure
  return [{kind: 'unique', params: {columns: key}, path: [...object.path, 'properties'], ...(onFailure === undefined ? {} : {onFailure})}]
}

/** A clause that says which row of a repeated key is right stands for the key's own, which says that none is. */
function withChosenRow(drafts: readonly ClauseDraft[], key: readonly string[]): readonly ClauseDraft[] {
  const isOfKey = ({kind, column, params}: ClauseDraft): boolean => {
    const columns = Array.isArray(params.columns) ? params.columns : [column]
    return kind === 'unique' && [...columns].sort().join('\n') === [...key].sort().join('\n')
  }
  const chooses = ({params}: ClauseDraft): boolean => (params.keep === 'first' || params.keep === 'latest') && params.when === undefined
  const ofKey = drafts.filter(isOfKey)
  if (!ofKey.some(chooses)) return drafts
  return drafts.filter((draft) => !ofKey.includes(draft) || draft.params.keep !== undefined)
}

function refuseTwins(object: MapReader, columns: readonly Column[]): void {
  const seen = new Map<string, Column>()
  for (const column of columns) {
    const twin = seen.get(column.name.toLowerCase())
    if (twin === undefined) seen.set(column.name.toLowerCase(), column)
    else
      object.file.report({
        code: 'CONTRACT_INVALID',
        message: `column ${column.name} is there twice, ignoring case (line ${twin.at.line})`,
        at: column.at,
      })
  }
}
