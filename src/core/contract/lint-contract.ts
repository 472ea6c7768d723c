// What a contract says that hippo does not hold anyone to, and what is probably not meant the way it is written. A contract
// with findings still works, but for those that are broken: what they refer to is not there or never matches. One that cannot be
// read is refused by readContract, whose error is passed on.
import {HippoError, type Location} from '../errors/hippo-error.ts'
import {nearest} from '../errors/nearest.ts'
import {type Column, type Contract, layerOf, type RuleClause, type StepClause} from '../model/contract.ts'
import type {Relation, RelationUse} from '../rules/define-rule.ts'
import {ruleKinds} from '../rules/index.ts'
import {referencedFile} from '../rules/reference-name.ts'
import {stepKinds} from '../steps/index.ts'
import {compileConstraints} from './compile-constraints.ts'
import {compileContract} from './compile-contract.ts'
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
  /** What rules and steps may refer to, by dataset; references to others are then found. */
  readonly datasets?: ReadonlyMap<string, Relation>
  /** Whether a dataset that is not among them may be there all the same; none may when absent. */
  readonly mayBeThere?: (dataset: string) => boolean
  /** The files that the contract refers to, when they were read. */
  readonly files?: NonNullable<Contract['referenceFiles']>
  /** ISO 8601 in UTC: by when waivers are over; they are not looked at when absent. */
  readonly now?: string
}

/** Findings in the order of the file; throws CONTRACT_* when the contract cannot be read. */
export function lintContract(path: string, text: string, options: LintOptions = {}): readonly LintFinding[] {
  const contract = {...readContract(path, text), ...(options.files === undefined ? {} : {referenceFiles: options.files})}
  const file = openContractFile(path, text)
  const findings = [
    ...lintHead(contract, file),
    ...contract.columns.flatMap((column) => lintColumn(column)),
    ...lintProperties(contract, file),
    ...contract.rules.flatMap((clause) => lintClause(clause, contract, options)),
    ...contract.rules.flatMap((clause) => lintWaiver(clause, options)),
    ...lintSteps(contract, options),
    ...lintConstraints(contract),
    ...lintPromises(file, contract),
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

function lintClause(clause: RuleClause, contract: Contract, options: LintOptions): readonly LintFinding[] {
  const {at, notCheckedBecause, offBecause} = clause
  if (notCheckedBecause !== undefined) return [{kind: 'unenforced', message: `${clause.id} is not checked: ${notCheckedBecause}`, at}]
  if (offBecause !== undefined) return [{kind: 'unenforced', message: `${clause.id} is off: ${offBecause}`, at}]
  const kind = ruleKinds.get(clause.kind)
  if (kind === undefined) return []
  const params = kind.parse(splitGuard(clause.params, at).params, at)
  const missing = (kind.relations?.(params) ?? []).flatMap((use) => missingPart(use, {clause, contract, options}))
  const findings = missing.length > 0 ? missing : refusal({...withoutSteps(contract), rules: [clause]}, options, `${clause.id}: `)
  const doubt = kind.doubt?.(params, clause.onFailure !== 'warn')
  if (doubt !== undefined) findings.push({kind: 'doubtful', message: `${clause.id}: ${doubt.message}`, hint: doubt.hint, at})
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

/** A waiver that is over does nothing any more, and looks as if it did. */
function lintWaiver({id, waiver, at}: RuleClause, {now}: LintOptions): readonly LintFinding[] {
  if (waiver === undefined || now === undefined || Date.parse(now) < Date.parse(waiver.until)) return []
  const message = `the waiver of ${id} was over on ${waiver.until.slice(0, 10)}: the check counts again`
  return [{kind: 'doubtful', message, hint: 'take hippoWaiver out, or have it renewed', at}]
}

function lintSteps(contract: Contract, options: LintOptions): readonly LintFinding[] {
  const missing = contract.columns.flatMap((column) =>
    column.steps.flatMap((step) => {
      const kind = stepKinds.get(step.kind)
      const uses = kind?.relations?.(kind.parse(step.params, step.at)) ?? []
      return uses.flatMap((use) => missingPart(use, {step, column, contract, options}))
    }),
  )
  return missing.length > 0 || options.datasets === undefined ? missing : refusal({...contract, rules: []}, options, '')
}

const withoutSteps = (contract: Contract): Contract => ({...contract, columns: contract.columns.map((column) => ({...column, steps: []}))})

/** What a promotion would refuse the contract for, such as a reference between columns of different types. */
function refusal(contract: Contract, {datasets}: LintOptions, subject: string): LintFinding[] {
  const input = layerOf(contract) === 'gold' ? 'typed' : 'raw'
  try {
    const {notChecked} = compileContract(contract, {now: '1970-01-01T00:00:00Z', relation: (dataset) => datasets?.get(dataset), input})
    const errored = notChecked.filter(({outcome}) => outcome === 'errored')
    return errored.map(({clause, reason}) => ({kind: 'broken', message: `${subject}${reason}`, at: clause.at}))
  } catch (error) {
    if (!(error instanceof HippoError) || error.at === undefined) throw error
    const {message, hint, at} = error
    return [{kind: 'broken', message: `${subject}${message}`, at, ...(hint === undefined ? {} : {hint})}]
  }
}

type UseOf = {readonly contract: Contract; readonly options: LintOptions} & (
  | {readonly clause: RuleClause}
  | {readonly step: StepClause; readonly column: Column}
)

/** What of another dataset is not there: without the dataset a rule is left out and a step refused, without a column either is refused. */
function missingPart({dataset, columns}: RelationUse, of: UseOf): LintFinding[] {
  const {datasets, mayBeThere} = of.options
  if (datasets === undefined || referencedFile(dataset) !== undefined) return []
  const isRule = 'clause' in of
  const {at} = isRule ? of.clause : of.step
  const subject = isRule ? of.clause.id : `step ${of.step.kind} of ${of.column.name}`
  const unmet = `${subject} ${isRule ? 'is not checked' : 'cannot run'}: `
  const broken = (message: string, close: string | undefined): LintFinding => ({
    kind: 'broken',
    message,
    at,
    ...(close === undefined ? {} : {hint: `did you mean ${close}?`}),
  })
  const known = Object.keys(datasets.get(dataset)?.columns ?? {})
  if (datasets.has(dataset)) {
    return columns
      .filter((name) => !known.includes(name))
      .map((name) => broken(`${subject}: dataset ${dataset} has no column ${name}`, nearest(name, known)))
  }
  if (isRule && dataset === of.contract.dataset)
    return [{kind: 'unenforced', message: `${unmet}a dataset is not checked against itself`, at}]
  if (mayBeThere?.(dataset)) return [{kind: 'unenforced', message: `${unmet}there is no dataset ${dataset}`, at}]
  return [broken(`${unmet}there is no dataset ${dataset}`, nearest(dataset, datasets.keys()))]
}

/** Clauses that only hippo holds rows to, where the table was to hold every writer to them. */
function lintConstraints(contract: Contract): readonly LintFinding[] {
  if (!contract.hasConstraints || layerOf(contract) === 'gold') return []
  const rules = contract.rules.filter((clause) => refusal({...withoutSteps(contract), rules: [clause]}, {}, '').length === 0)
  return compileConstraints({...contract, rules}).unsaid.map(({clause, reason}) => ({
    kind: 'unenforced',
    message: `${clause.id} cannot be said as a constraint of the table: ${reason}`,
    hint: 'hippo itself checks it all the same',
    at: clause.at,
  }))
}

/** Service levels other than freshness, and units that mean two things. */
function lintPromises(file: ContractFile, {retention}: Contract): readonly LintFinding[] {
  const entries = valueAt(file.document, ['slaProperties'])
  if (!Array.isArray(entries)) return []
  return entries.flatMap((entry: unknown, index): readonly LintFinding[] => {
    if (!isMap(entry)) return []
    const name = String(entry.property)
    if (name === 'retention' && retention !== undefined) return []
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
