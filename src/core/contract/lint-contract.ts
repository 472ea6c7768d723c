// What a contract says that hippo does not hold anyone to, and what is probably not meant the way it is written. A contract
// with findings still works, but for those that are broken: what they refer to is not there, and promotion will refuse it. One that
// cannot be read is refused by readContract, whose error is passed on.
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
  /** unenforced: nothing checks it. doubtful: it is checked, but probably not what was meant. broken: it can never be checked. */
  readonly kind: 'unenforced' | 'doubtful' | 'broken'
  readonly message: string
  readonly hint?: string
  readonly at: Location
}

export interface LintOptions {
  /** Columns of every dataset of the workspace by its name; references to others are then found. */
  readonly datasets?: Datasets
}

type Datasets = ReadonlyMap<string, readonly string[]>

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

function lintClause(clause: RuleClause, datasets: Datasets | undefined): readonly LintFinding[] {
  const {at, notCheckedBecause} = clause
  if (notCheckedBecause !== undefined) return [{kind: 'unenforced', message: `${clause.id} is not checked: ${notCheckedBecause}`, at}]
  const kind = ruleKinds.get(clause.kind)
  if (kind === undefined) return []
  const params = kind.parse(splitGuard(clause.params, at).params, at)
  const findings = (kind.relations?.(params) ?? []).flatMap((use) => missingPart(clause.id, 'is not checked', {...use, datasets, at}))
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

function lintSteps(column: Column, datasets: Datasets | undefined): readonly LintFinding[] {
  return column.steps.flatMap(({kind, params, at}) => {
    const step = stepKinds.get(kind)
    const uses = step?.relations?.(step.parse(params, at)) ?? []
    return uses.flatMap((use) => missingPart(`step ${kind} of ${column.name}`, 'cannot run', {...use, datasets, at}))
  })
}

interface DatasetUse {
  readonly dataset: string
  readonly columns: readonly string[]
  readonly datasets: Datasets | undefined
  readonly at: Location
}

/** What of another dataset is not there: without the dataset the check is left out, without a column promotion refuses. */
function missingPart(subject: string, consequence: string, {dataset, columns, datasets, at}: DatasetUse): LintFinding[] {
  if (datasets === undefined) return []
  const known = datasets.get(dataset)
  const finding = (kind: LintFinding['kind'], message: string, close: string | undefined): LintFinding => ({
    kind,
    message,
    at,
    ...(close === undefined ? {} : {hint: `did you mean ${close}?`}),
  })
  if (known === undefined)
    return [finding('unenforced', `${subject} ${consequence}: there is no dataset ${dataset}`, nearest(dataset, [...datasets.keys()]))]
  return columns
    .filter((name) => !known.includes(name))
    .map((name) => finding('broken', `${subject}: dataset ${dataset} has no column ${name}`, nearest(name, known)))
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
