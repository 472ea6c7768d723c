// Changes to a contract's text, as a remedy for drift: comments, order and layout stay as they are, and the version is raised as far
// as the changes ask. A remedy that finds nothing to change at its place leaves the text alone and says so.
import {type Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap} from 'yaml'
import {HippoError} from '../errors/hippo-error.ts'
import type {VersionStep} from '../model/contract-change.ts'
import {diffContracts, judgeVersion} from './diff/diff-contracts.ts'
import {nextVersion} from './diff/version-step.ts'
import {readContract} from './read-contract.ts'
import {spliceDocument} from './splice-document.ts'

export type Remedy =
  /** A property as YAML values. */
  | {readonly kind: 'addColumn'; readonly property: Readonly<Record<string, unknown>>}
  /** Another name that the column may have in files. */
  | {readonly kind: 'addSource'; readonly column: string; readonly header: string}
  | {readonly kind: 'makeOptional'; readonly column: string}
  | {readonly kind: 'addDateFormat'; readonly column: string; readonly format: string}
  | {readonly kind: 'retype'; readonly column: string; readonly logicalType: string}
  | {readonly kind: 'addValues'; readonly column: string; readonly values: readonly (string | number)[]}

export interface ContractPatch {
  readonly text: string
  /** The step that all the changes together ask for. */
  readonly step: VersionStep
  readonly version: string
}

/** The text with the remedies applied; CONTRACT_* when hippo would refuse the result. */
export function patchContract(path: string, text: string, remedies: readonly Remedy[]): ContractPatch {
  const document = parseDocument(text, {version: '1.2'})
  const known = propertiesOf(document).length
  for (const remedy of remedies) apply(document, remedy)
  const before = readContract(path, text)
  const draft = readContract(path, print(document, text))
  // Both sides count, whatever the contract's compatibility: the patch says what it is.
  const {asks} = judgeVersion(before, {...draft, compatibility: 'full'}, diffContracts(before, draft))
  const version = nextVersion(before.version, asks) ?? before.version
  if (asks !== 'none' && asks !== 'patch') setVersion(document, version)
  const printed = print(document, text)
  const columns = new Set(remedies.flatMap((remedy) => (remedy.kind === 'addColumn' ? [] : [remedy.column])))
  const properties = propertiesOf(document)
  const changed = properties.slice(0, known).filter((property) => columns.has(String(property.get('name'))))
  const patched = spliceDocument(document, text, printed, {changed, added: properties.slice(known)}) ?? printed
  return {text: patched, step: asks, version: readContract(path, patched).version}
}

/** In the node that is there, which knows its place in the text. */
function setVersion(document: Document, version: string): void {
  const node = document.get('version', true)
  if (isScalar(node)) node.value = version
  else document.set('version', version)
}

/** Long lines stay as they were written. */
function print(document: Document, text: string): string {
  const longest = Math.max(80, ...text.split('\n').map((line) => line.length))
  return document.toString({lineWidth: longest + 20, flowCollectionPadding: /\{ /.test(text)})
}

function propertiesOf(document: Document): YAMLMap[] {
  const properties = document.getIn(['schema', 0, 'properties'])
  return isSeq(properties) ? properties.items.filter(isMap) : []
}

function propertyNamed(document: Document, name: string): YAMLMap {
  const found = propertiesOf(document).find((property) => property.get('name') === name)
  if (found !== undefined) return found
  throw new HippoError('CONTRACT_INVALID', {message: `the contract has no column ${name}`})
}

function apply(document: Document, remedy: Remedy): void {
  if (remedy.kind === 'addColumn') {
    const node = document.createNode(remedy.property)
    document.addIn(['schema', 0, 'properties'], node)
    return
  }
  const property = propertyNamed(document, remedy.column)
  switch (remedy.kind) {
    case 'addSource':
      extend(document, property, 'transformSourceObjects', {present: [remedy.column], added: [remedy.header]})
      return
    case 'makeOptional':
      property.delete('required')
      return
    case 'addDateFormat':
      addDateFormat(document, property, remedy.format)
      return
    case 'retype':
      property.set('logicalType', remedy.logicalType)
      return
    case 'addValues':
      addValues(property, remedy.values)
  }
}

/** Adds to a list of the property, which begins with `present` when it is not there. */
function extend(
  document: Document,
  property: YAMLMap,
  key: string,
  {present, added}: {readonly present: readonly string[]; readonly added: readonly string[]},
): void {
  const list = property.get(key)
  if (isSeq(list)) for (const entry of added) list.add(document.createNode(entry))
  else property.set(key, flow(document, [...present, ...added]))
}

function flow(document: Document, value: unknown): unknown {
  return document.createNode(value, {flow: true})
}

function addDateFormat(document: Document, property: YAMLMap, format: string): void {
  const custom = property.get('customProperties')
  const entries = isSeq(custom) ? custom.items.filter(isMap) : []
  const formats = entries.find((entry) => entry.get('property') === 'hippoFormats')?.get('value')
  if (isSeq(formats)) {
    formats.add(document.createNode(format))
    return
  }
  const written = property.getIn(['logicalTypeOptions', 'format'])
  const present = typeof written === 'string' ? written : 'yyyy-MM-dd'
  if (typeof written === 'string') property.deleteIn(['logicalTypeOptions', 'format'])
  const options = property.get('logicalTypeOptions')
  if (isMap(options) && options.items.length === 0) property.delete('logicalTypeOptions')
  const entry = flow(document, {property: 'hippoFormats', value: [present, format]})
  if (isSeq(custom)) custom.add(entry)
  else property.set('customProperties', document.createNode([entry]))
}

/** The list of accepted values, wherever the property has it. */
function addValues(property: YAMLMap, values: readonly (string | number)[]): void {
  const quality = property.get('quality')
  const clauses = isSeq(quality) ? quality.items.filter(isMap) : []
  const paths = [['arguments', 'validValues'], ['validValues'], ['implementation', 'values']]
  const lists = [property.get('enum'), ...clauses.flatMap((clause) => paths.map((path) => clause.getIn(path)))]
  const list = lists.find(isSeq)
  if (list === undefined)
    throw new HippoError('CONTRACT_INVALID', {message: `column ${String(property.get('name'))} has no list of values`})
  for (const value of values) list.add(value)
}
