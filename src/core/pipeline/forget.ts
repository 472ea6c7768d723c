// Erases one person everywhere: from received bytes, silver and quarantine with all their versions, and the warehouse, and
// proves by search that nothing is left. The audit trail says that it was done and how much was removed, never of whom.
import {createHmac} from 'node:crypto'
import {recordAudit} from '../catalog/writer.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {requireKey} from '../lake/tombstones.ts'
import type {RunSummary} from '../model/run.ts'
import {type Approval, approved} from './approval.ts'
import type {Found} from './erasure/erasure.ts'
import {personId, personTerms} from './erasure/person-terms.ts'
import {isNamed, personText} from './erasure/person-text.ts'
import {type ErasureOutcome, type ErasureRequest, runErasure} from './erasure/run-erasure.ts'
import type {RunOptions, Workspace} from './ports.ts'
import {type RunScope, recordRun} from './record-run.ts'
import {silverContracts} from './select-datasets.ts'

export interface ForgetRequest extends Omit<RunOptions, 'idempotencyKey'> {
  /** As the primary key of the dataset of persons has it in silver. */
  readonly patient: string
  readonly reason?: string
  /** Empties files that cannot be read as records and name the person. */
  readonly dropUnreadable?: boolean
  /** Erases what is under a lock that the credentials may pass by. */
  readonly bypassGovernance?: boolean
}

export interface ErasureResult {
  readonly run: RunSummary
  readonly state: 'erased' | 'notFound' | 'found'
  readonly found: readonly Found[]
  /** Of `retain`: rows that are older than promised, of persons under a legal hold. */
  readonly kept?: readonly Found[]
  /** Of `forget`: datasets that were not searched row by row, for nothing ties them to persons, nor says that they hold none. */
  readonly notSearched?: readonly string[]
  /** Tables of the database whose dead rows could not be written over: they stay until PostgreSQL vacuums them. */
  readonly keptByServer?: readonly string[]
}

/** A dry run says where the person is. What is not found anywhere is `notFound`, which a repeat of a finished erasure is too. */
export async function forget(workspace: Workspace, request: ForgetRequest): Promise<ErasureResult> {
  const {patient: given, reason, dropUnreadable, bypassGovernance, ...options} = request
  const contracts = silverContracts(await workspace.contracts())
  const patient = personId(contracts, given)
  const person = personText(patient)
  if (reason !== undefined && [person, personText(given)].some((text) => isNamed(text, reason))) {
    throw new HippoError('CONFIG_USAGE', {message: 'the reason holds the id of the person, and would keep it in the audit trail for good'})
  }
  const datasets = personTerms(contracts, [patient])
  const searched = new Set(datasets.map(({contract}) => contract.dataset))
  const notSearched = contracts.filter(({dataset, holdsNoPersons}) => !searched.has(dataset) && !holdsNoPersons).map(({dataset}) => dataset)
  return recordRun(workspace, 'forget', options, async (run) => {
    const onErasure: ErasureRequest['onErasure'] = async (tx, phase, found) => {
      const audit = {actor: workspace.actor, action: `forget: ${phase}`, subject: sayFound(found), run: run.id}
      const at = workspace.clock.now().toISOString()
      await recordAudit(tx, {...audit, at, ...(reason === undefined ? {} : {reason})})
    }
    const erasure = {
      ...options,
      datasets,
      person,
      asked: `forget ${patient}`,
      onErasure,
      ...(dropUnreadable ? {dropUnreadable} : {}),
      ...(bypassGovernance ? {bypassGovernance} : {}),
    }
    const approval = options.dryRun ? undefined : await approvalOf(workspace, run, patient)
    const {body, ...result} = erasureResult(await runErasure(workspace, run, erasure))
    await approval?.end()
    return {...result, body: {...body, ...(notSearched.length === 0 ? {} : {notSearched})}}
  })
}

/** What was only hidden in versions of the store was nobody's in particular. */
export function erasureResult({found, isGone, kept = [], keptByServer = []}: ErasureOutcome) {
  const isFound = found.some(({location}) => location !== 'past versions')
  const state = !isFound ? ('notFound' as const) : isGone ? ('erased' as const) : ('found' as const)
  const isDone = isGone && found.length > 0
  return {
    state: isDone ? ('succeeded' as const) : ('noop' as const),
    outputs: [],
    body: {state, found, ...(kept.length === 0 ? {} : {kept}), ...(keptByServer.length === 0 ? {} : {keptByServer})},
  }
}

/** The person is in it under the workspace key alone: who has only the lake cannot confirm a guess. */
async function approvalOf(workspace: Workspace, run: RunScope, patient: string): Promise<Approval> {
  const content = createHmac('sha256', requireKey(workspace.config.key)).update(`forget ${patient}`).digest('hex')
  return approved(workspace, run, {verb: 'forget', subject: 'a person', content})
}

/** `silver: 208 rows in 11 places; bronze: …`, one part a location. */
export function sayFound(found: readonly Found[]): string {
  return [...Map.groupBy(found, ({location}) => location)]
    .map(([location, some]) => {
      const sum = (of: (one: Found) => number) => some.reduce((total, one) => total + of(one), 0)
      const rows = sum((one) => one.rows)
      return `${location}: ${rows > 0 ? `${rows} rows in ` : ''}${sum((one) => one.places)} places`
    })
    .join('; ')
}
