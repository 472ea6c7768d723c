// A contract with one rule more, written by hand for a try: `{column: weight, rule: range, max: 250}` as a contract has it under
// `implementation`, or a whole quality clause of ODCS with `column` beside it. The contract's file is not touched.
import {parse} from 'yaml'
import {HippoError} from '../errors/hippo-error.ts'
import type {Contract} from '../model/contract.ts'
import {ruleKinds} from '../rules/index.ts'
import {isMap} from './map-reader.ts'
import {readContract} from './read-contract.ts'

/** The check id of a rule that does not name one. */
export const draftRuleId = 'draft'

const clauseKeys = ['id', 'severity', 'dimension', 'name', 'description', 'customProperties', 'unit']

/** CONTRACT_RULE_INVALID when the text is no rule, or none that the contract's columns allow. */
export function withDraftRule(contract: Contract, text: string): Contract {
  const written = parseRule(text)
  const {column, ...rest} = written
  const clause = {id: draftRuleId, ...(rest.rule === undefined ? rest : asClause(rest))}
  const document = structuredClone(contract.document)
  const owner = typeof column === 'string' ? propertyOf(document, column, contract) : objectOf(document)
  owner.quality = [...(Array.isArray(owner.quality) ? owner.quality : []), clause]
  try {
    // Every JSON document is YAML.
    return {...readContract(contract.path, JSON.stringify(document)), ...(contract.source === undefined ? {} : {source: contract.source})}
  } catch (error) {
    if (!(error instanceof HippoError)) throw error
    // Its place is in a text that nobody wrote.
    throw refuse(error.message, error.hint)
  }
}

const refuse = (message: string, hint?: string): HippoError =>
  new HippoError('CONTRACT_RULE_INVALID', {message, ...(hint === undefined ? {} : {hint})})

function parseRule(text: string): Readonly<Record<string, unknown>> {
  let written: unknown
  try {
    written = parse(text, {maxAliasCount: 0})
  } catch (error) {
    throw refuse(`the rule is no YAML: ${error instanceof Error ? error.message.split('\n', 1)[0] : ''}`)
  }
  if (isMap(written)) return written
  throw refuse('the rule must be a map', "for example --rule '{column: weight, rule: range, max: 250}'")
}

/** Rules of hippo's own stand under `implementation`; what belongs to every clause stands beside it. */
function asClause(rest: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(rest)
  // Of a rule about the dataset they are what it asks for; of one about rows they say how many may break it.
  const isOfDataset = ruleKinds.get(String(rest.rule))?.scope === 'dataset'
  const isOfClause = ([key]: readonly [string, unknown]): boolean => clauseKeys.includes(key) || (!isOfDataset && /^must(Not)?Be/.test(key))
  return {
    type: 'custom',
    engine: 'hippo',
    ...Object.fromEntries(entries.filter(isOfClause)),
    implementation: Object.fromEntries(entries.filter((entry) => !isOfClause(entry))),
  }
}

type Owner = {quality?: unknown}

function objectOf(document: unknown): Owner {
  const object = isMap(document) && Array.isArray(document.schema) ? (document.schema[0] as unknown) : undefined
  if (isMap(object)) return object as Owner
  throw refuse('the contract has no schema object')
}

function propertyOf(document: unknown, name: string, contract: Contract): Owner {
  const {properties} = objectOf(document) as {properties?: unknown}
  const found = Array.isArray(properties) ? properties.find((property: unknown) => isMap(property) && property.name === name) : undefined
  if (isMap(found)) return found as Owner
  throw refuse(`${contract.dataset} has no column ${name}`, `columns: ${contract.columns.map((one) => one.name).join(', ')}`)
}
