// Legal holds on one person: while one is on them, `forget` refuses and `retain` keeps their rows. Who placed and released it, when
// and why is kept in the lake and in the audit trail; of whom it is can be told only with the workspace key.
import {isAudited} from '../catalog/projection.ts'
import {recordAudit} from '../catalog/writer.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {heldPerson, type PersonHold, placeHold, readHolds, releaseHold} from '../lake/person-holds.ts'
import {requireKey} from '../lake/tombstones.ts'
import type {Instant, RunId} from '../model/names.ts'
import type {RunSummary} from '../model/run.ts'
import {erasureLock} from './erasure/erasure-lock.ts'
import {personId} from './erasure/person-terms.ts'
import {isNamed, personText} from './erasure/person-text.ts'
import type {RunOptions, Workspace} from './ports.ts'
import {type RunOutcome, type RunScope, recordRun} from './record-run.ts'
import {silverContracts} from './select-datasets.ts'

/** A hold that is on somebody; `id` is the run that placed it. */
export interface LegalHold {
  readonly id: RunId
  readonly placedBy: string
  readonly placedAt: Instant
  readonly reason: string
}

export interface HoldResult {
  readonly run: RunSummary
  /** held: one was on the person already. */
  readonly state: 'placed' | 'held' | 'released'
  readonly hold: LegalHold
}

type HoldOptions = Omit<RunOptions, 'idempotencyKey' | 'dryRun'>

export interface PlaceHoldRequest extends HoldOptions {
  /** As the primary key of the dataset of persons has it in silver. */
  readonly patient: string
  readonly reason: string
}

export interface ReleaseHoldRequest extends HoldOptions {
  readonly hold: RunId
  readonly reason: string
}

/** Nobody has to be in the lake to be held. CONFIG_USAGE for an id that no person can have. */
export async function placeLegalHold(workspace: Workspace, {patient: given, reason, ...options}: PlaceHoldRequest): Promise<HoldResult> {
  const key = requireKey(workspace.config.key)
  const contracts = silverContracts(await workspace.contracts())
  const patient = personId(contracts, given)
  if ([given, patient].some((id) => isNamed(personText(id), reason))) throw namedInReason()
  return recordRun(workspace, 'hold place', options, (run) =>
    erasureLock(workspace, run, options, async (): Promise<RunOutcome<Omit<HoldResult, 'run'>>> => {
      const store = await workspace.store()
      const known = (await readHolds(store)).find((hold) => personId(contracts, heldPerson(key, hold)) === patient)
      if (known) {
        await auditPlaced(run, known)
        return {state: 'noop' as const, outputs: [], body: {state: 'held' as const, hold: shown(known)}}
      }
      const step = {...stepOf(workspace, run), reason}
      if (!(await placeHold(store, {key, patient, step}))) throw overtaken()
      await auditPlaced(run, step)
      return {state: 'succeeded' as const, outputs: [], body: {state: 'placed' as const, hold: shown(step)}}
    }),
  )
}

/** CONFIG_USAGE when there is no such hold, or the reason names the person. */
export async function releaseLegalHold(workspace: Workspace, {hold: id, reason, ...options}: ReleaseHoldRequest): Promise<HoldResult> {
  const key = requireKey(workspace.config.key)
  return recordRun(workspace, 'hold release', options, (run) =>
    erasureLock(workspace, run, options, async () => {
      const store = await workspace.store()
      const hold = (await readHolds(store)).find((one) => one.run === id)
      if (!hold) throw new HippoError('CONFIG_USAGE', {message: 'no such hold is on anybody', hint: 'hippo hold list names them'})
      const patient = personUnder(key, hold)
      if (patient !== undefined && isNamed(personText(patient), reason)) throw namedInReason()
      const step = {...stepOf(workspace, run), reason}
      if (!(await releaseHold(store, hold, step))) throw overtaken()
      await audit(run, step, {action: 'hold: released', hold: id})
      return {state: 'succeeded' as const, outputs: [], body: {state: 'released' as const, hold: shown(hold)}}
    }),
  )
}

/** Undefined when the hold was placed with another key: it can be released all the same, or it would stop every erasure for good. */
function personUnder(key: string, hold: PersonHold): string | undefined {
  try {
    return heldPerson(key, hold)
  } catch (error) {
    if (error instanceof HippoError && error.code === 'CONFIG_INVALID') return undefined
    throw error
  }
}

/** Holds that are on somebody, oldest first; not of whom. */
export async function legalHolds(workspace: Workspace): Promise<readonly LegalHold[]> {
  return (await readHolds(await workspace.store())).map(shown)
}

const shown = ({run, actor, at, reason}: Pick<PersonHold, 'run' | 'actor' | 'at' | 'reason'>): LegalHold => ({
  id: run,
  placedBy: actor,
  placedAt: at,
  reason,
})

const stepOf = ({actor}: Workspace, run: RunScope) => ({actor, at: run.startedAt.toISOString(), run: run.id})

async function audit(
  {database}: RunScope,
  step: {readonly actor: string; readonly at: Instant; readonly run: RunId; readonly reason: string},
  {action, hold}: {readonly action: string; readonly hold: RunId},
): Promise<void> {
  await recordAudit(database, {...step, action, subject: subjectOf(hold)})
}

/** Once: a run that died after it placed the hold left this to the next that asks for it. */
async function auditPlaced(run: RunScope, {actor, at, run: id, reason}: Parameters<typeof audit>[1]): Promise<void> {
  const act = {action: 'hold: placed', run: id, subject: subjectOf(id)}
  if (!(await isAudited(run.database, act))) await audit(run, {actor, at, run: id, reason}, {action: act.action, hold: id})
}

const subjectOf = (hold: RunId): string => `hold ${hold} on a person`

const namedInReason = () =>
  new HippoError('CONFIG_USAGE', {message: 'the reason holds the id of the person, and would keep it in the audit trail for good'})

const overtaken = () => new HippoError('RUN_LOCKED', {message: 'somebody changed the holds on this person at the same moment'})
