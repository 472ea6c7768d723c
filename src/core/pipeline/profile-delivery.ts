// What is in delivered files, for a person to read before any contract: every column as all rows and a sample show it, what may
// be a key, what decides what, and on request the rules that a draft would have with the rows that would have broken them.
// Nothing is captured or kept; values that may tell who somebody is are not shown.

import type {ColumnProfile} from '../contract/column-profile.ts'
import {compileContract} from '../contract/compile-contract.ts'
import {inferContract} from '../contract/infer-contract.ts'
import {judgeChecks} from '../contract/judge-checks.ts'
import {isTelling} from '../contract/listable-values.ts'
import {hintsOf} from '../contract/name-hints.ts'
import type {ColumnPortrait} from '../contract/portray-column.ts'
import type {CheckResult} from '../model/check.ts'
import {type DraftRequest, malformedOf, readFiles} from './infer-workspace.ts'
import {soundRowsOf} from './judge-structure.ts'
import {measureChecks, onEngine} from './measure-checks.ts'
import {typedRows} from './plan-promotion.ts'
import type {Workspace} from './ports.ts'
import type {ReadyFile} from './prepare-batch.ts'
import {type FileProfile, profileFiles} from './profile-file.ts'
import {sampledRows} from './sample-file.ts'

export interface ProfileRequest extends DraftRequest {
  /** Also says which rules a draft would have, and how many rows would have broken each. */
  readonly suggest?: boolean
}

export interface ProfiledColumn extends ColumnPortrait {
  readonly name: string
  /** The type that all values can be read as. */
  readonly type: string
  readonly missing: number
  readonly distinct: number
  /** Counted over all rows: no value occurs twice and none is missing. */
  readonly isUnique: boolean
  /** The smallest and the largest value, where they tell nothing about a person. */
  readonly range?: readonly [number | string, number | string]
  readonly phiCategory?: string
}

/** A rule and what it would have done to these rows. */
export type SuggestedRule = Pick<CheckResult, 'id' | 'rule' | 'column' | 'description' | 'violated' | 'denominator' | 'percent'>

export interface DeliveryProfile {
  readonly dataset: string
  readonly rows: number
  readonly malformed: number
  /** Rows that quantiles, forms and frequent values were taken from. */
  readonly sampled: number
  readonly columns: readonly ProfiledColumn[]
  readonly keys: readonly string[]
  readonly dependencies: readonly {readonly determinedBy: string; readonly column: string; readonly outvoted: number}[]
  readonly suggestions?: readonly SuggestedRule[]
}

type Ports = Pick<Workspace, 'engine' | 'stagingDirectory' | 'sourceOfFiles' | 'clock' | 'newRunId'>

/** Profiles files of one dataset. SOURCE_* when a file cannot be read; CONFIG_USAGE when they are about different things. */
export async function profileDelivery(workspace: Ports, request: ProfileRequest): Promise<DeliveryProfile> {
  const {dataset, signal, suggest, onEvent} = request
  const step = {run: workspace.newRunId(), step: 'profile', subject: dataset}
  onEvent?.({kind: 'stepStarted', ...step})
  const ready = await readFiles(workspace, request)
  const files = ready.map(({prepared}) => prepared)
  const staging = await workspace.stagingDirectory()
  const options = {dataset, staging, countDistinct: true, ...(signal === undefined ? {} : {signal})}
  const profile = await profileFiles(await workspace.engine(), files, options)
  const columns = profile.columns.map((column, index) => profiledColumn(column, index, {dataset, profile}))
  const nameOf = (index: number): string => profile.columns[index]?.name ?? ''
  const suggestions = suggest === true ? await suggestedRules(workspace, request, {ready, profile}) : undefined
  onEvent?.({kind: 'stepFinished', ...step, state: 'ok', detail: `${profile.rows} rows, ${columns.length} columns`})
  return {
    dataset,
    rows: profile.rows,
    malformed: malformedOf(files),
    sampled: Math.min(profile.rows, sampledRows),
    columns,
    keys: columns.filter(({isUnique}) => isUnique).map(({name}) => name),
    dependencies: profile.dependencies.map(({determinant, dependent, outvotedRows}) => ({
      determinedBy: nameOf(determinant),
      column: nameOf(dependent),
      outvoted: outvotedRows,
    })),
    ...(suggestions === undefined ? {} : {suggestions}),
  }
}

function profiledColumn(
  column: ColumnProfile,
  index: number,
  {dataset, profile}: {readonly dataset: string; readonly profile: FileProfile},
): ProfiledColumn {
  const hints = hintsOf(column.name, dataset, column.phiByContent)
  const {rows, nulls, readings} = column
  const proven = rows === nulls ? undefined : readings.find(({unreadable}) => unreadable === 0)
  const distinct = profile.distinct[index] ?? 0
  const range = proven?.min === undefined || proven.max === undefined || isTelling(hints) ? undefined : ([proven.min, proven.max] as const)
  return {
    name: column.name,
    type: proven?.reading.type ?? 'string',
    missing: nulls,
    distinct,
    isUnique: rows > 1 && nulls === 0 && distinct === rows,
    ...(range === undefined ? {} : {range}),
    ...(hints.phiCategory === undefined ? {} : {phiCategory: hints.phiCategory}),
    ...(profile.portraits[index] ?? {forms: [], top: []}),
  }
}

/** The checks of the contract that `contract infer` would draft, run over the same rows. */
async function suggestedRules(
  workspace: Ports,
  {dataset, signal = new AbortController().signal}: ProfileRequest,
  {ready, profile}: {readonly ready: readonly ReadyFile[]; readonly profile: FileProfile},
): Promise<readonly SuggestedRule[]> {
  const {readContract} = await import('../contract/read-contract.ts')
  const now = workspace.clock.now().toISOString()
  const contract = readContract(`${dataset}.odcs.yaml`, inferContract({dataset, profile, today: now.slice(0, 10)}))
  const header = [...new Set(ready.flatMap(({prepared}) => prepared.header))]
  const compiled = compileContract(contract, {now, relation: () => undefined, sourceColumns: header})
  const rows = typedRows({contract, compiled, batch: 0, run: 'profile', judgedAt: now, ready}, header)
  const oddest = ready.find(({prepared}) => malformedOf([prepared]) > 0) ?? ready[0]
  const sound = oddest === undefined ? rows : soundRowsOf(oddest, rows)
  const checks = judgeChecks(compiled, await measureChecks(compiled, sound, onEngine(await workspace.engine(), signal)))
  return checks.map(({id, rule, column, description, violated, denominator, percent}) => ({
    id,
    rule,
    ...(column === undefined ? {} : {column}),
    description,
    violated,
    denominator,
    percent,
  }))
}
