// What a contract says that hippo does not hold anyone to, and what is probably not meant the way it is written. A contract
// with findings still works; one that cannot be read is refused by readContract, whose error is passed on.
import type {Location} from '../errors/hippo-error.ts'
import {nearest} from '../errors/nearest.ts'
import type {Column, Contract, RuleClause} from '../model/contract.ts'
import {ruleKinds} from '../rules/index.ts'
import {stepKinds} from '../steps/index.ts'
import {type ContractFile, openContractFile} from './contract-file.ts'
import {splitGuard} from './guard.ts'
import {isMap, valueAt} from './map-reader.ts'
import {readContract} from './read-contract.ts'
import {soundsPersonal} from './telling-names.ts'

export interface LintFinding {
  /** unenforced: nothing checks it. doubtful: it is checked, but probably not what was meant. */
  readonly kind: 'unenforced' | 'doubtful'
  readonly message: string
  readonly hint?: string
  readonly at: Location
}

export interface LintOptions {
  /** Names of all datasets of the workspace; references to others are then found. */
  readonly datasets?: readonly string[]
}

/** Findings in the order of the file; throws CONTRACT_* when the contract cannot be read. */
export function lintContract(path: string, text: string, {datasets}: LintOptions = {}): readonly LintFinding[] {
  const contract = readContract(path, text)
  const file = openContractFile(path, text)
  const findings = [
    ...lintHead(contract, file),
    ...contract.columns.flatMap((column) => lintColumn(column)),
    ...lintProperties(contract, file),
    ...contract.rules.flatMap((clause) => lintClause(clause, datasets)),
    ...contract.columns.flatMap((column) => lintSteps(column, datasets)),
    ...lintPromises(file),
  ]
  return findings.sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
}

function lintHead({version}: Contract, file: ContractFile): readonly LintFinding[] {
  if (/^\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$/.test(version)) return []
  const hint = 'write major.minor.patch, for example 1.0.0'
  return [
    {
      kind: 'doubtful',
      message: `version ${version} is no semantic version: changes cannot be told apart by it`,
      hint,
      at: file.locate(['version']),
    },
  ]
}

function lintColumn(column: Column): readonly LintFinding[] {
  if (column.phiCategory !== undefined || column.classification !== undefined || !soundsPersonal(column.name)) return []
  return [
    {
      kind: 'doubtful',
      message: `column ${column.name} sounds like patient data but is not marked as such`,
      hint: 'give it a hippoPhiCategory, or a classification',
      at: column.at,
    },
  ]
}

/** Declarations of a property that nothing executes. */
const silentKeys: Readonly<Record<string, string>> = {
  partitioned: 'hippo does not partition tables',
  transformLogic: 'transformLogic is for readers; steps under hippoTransform are what runs',
  encryptedName: 'hippo encrypts no columns',
}

function lintProperties(contract: Contract, file: ContractFile): readonly LintFinding[] {
  const properties = valueAt(contract.document, ['schema', 0, 'properties'])
  if (!Array.isArray(properties)) return []
  return properties.flatMap((property: unknown, index): readonly LintFinding[] => {
    if (!isMap(property)) return []
    const path = ['schema', 0, 'properties', index]
    const silent = Object.entries(silentKeys).filter(
      ([key]) => property[key] !== undefined && property[key] !== false && property[key] !== null,
    )
    const findings = silent.map(([key, message]): LintFinding => ({kind: 'unenforced', message, at: file.locate([...path, key], 'key')}))
    const size = /^(?:var)?char(?:acter varying)?\s*\(\s*(\d+)\s*\)$/i.exec(String(property.physicalType ?? ''))?.[1]
    const options = property.logicalTypeOptions
    if (size === undefined || (isMap(options) && options.maxLength !== undefined)) return findings
    const hint = `add logicalTypeOptions: {maxLength: ${size}}`
    return [
      ...findings,
      {
        kind: 'unenforced',
        message: `physicalType ${property.physicalType} does not limit the length`,
        hint,
        at: file.locate([...path, 'physicalType']),
      },
    ]
  })
}

function lintClause(clause: RuleClause, datasets: readonly string[] | undefined): readonly LintFinding[] {
  const {at, notCheckedBecause} = clause
  if (notCheckedBecause !== undefined) return [{kind: 'unenforced', message: `${clause.id} is not checked: ${notCheckedBecause}`, at}]
  const kind = ruleKinds.get(clause.kind)
  if (kind === undefined) return []
  const params = kind.parse(splitGuard(clause.params, at).params, at)
  const findings = (kind.relations?.(params) ?? []).flatMap(({dataset}) =>
    unknownDataset(`${clause.id} is not checked`, {dataset, datasets, at}),
  )
  const {pattern, mustBeBetween} = clause.params as {readonly pattern?: unknown; readonly mustBeBetween?: unknown}
  if (typeof pattern === 'string' && !(pattern.startsWith('^') && pattern.endsWith('$'))) {
    findings.push({
      kind: 'doubtful',
      message: `${clause.id}: the pattern may match anywhere in the text`,
      hint: 'write ^ and $ around it to mean all of it',
      at,
    })
  }
  if (mustBeBetween !== undefined)
    findings.push({kind: 'doubtful', message: `${clause.id}: mustBeBetween leaves both ends out, as ODCS says`, at})
  return findings
}

function lintSteps(column: Column, datasets: readonly string[] | undefined): readonly LintFinding[] {
  return column.steps.flatMap(({kind, params, at}) => {
    const step = stepKinds.get(kind)
    const uses = step?.relations?.(step.parse(params, at)) ?? []
    return uses.flatMap(({dataset}) => unknownDataset(`step ${kind} of ${column.name} cannot run`, {dataset, datasets, at}))
  })
}

interface DatasetUse {
  readonly dataset: string
  readonly datasets: readonly string[] | undefined
  readonly at: Location
}

function unknownDataset(consequence: string, {dataset, datasets, at}: DatasetUse): LintFinding[] {
  if (datasets === undefined || datasets.includes(dataset)) return []
  const close = nearest(dataset, datasets)
  return [
    {
      kind: 'unenforced',
      message: `${consequence}: there is no dataset ${dataset}`,
      at,
      ...(close === undefined ? {} : {hint: `did you mean ${close}?`}),
    },
  ]
}

/** Service levels other than freshness, and units that mean two things. */
function lintPromises(file: ContractFile): readonly LintFinding[] {
  const entries = valueAt(file.document, ['slaProperties'])
  if (!Array.isArray(entries)) return []
  return entries.flatMap((entry: unknown, index): readonly LintFinding[] => {
    if (!isMap(entry)) return []
    const name = String(entry.property)
    if (name !== 'freshness' && name !== 'latency') {
      return [
        {kind: 'unenforced', message: `the service level ${name} is not watched`, at: file.locate(['slaProperties', index, 'property'])},
      ]
    }
    if (entry.unit !== 'm') return []
    return [
      {
        kind: 'doubtful',
        message: 'unit m is read as minutes; other tools read months',
        hint: 'write minutes',
        at: file.locate(['slaProperties', index, 'unit']),
      },
    ]
  })
}
