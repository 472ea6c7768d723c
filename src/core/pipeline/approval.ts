// Verbs for which hippo.yaml asks for a second person. The first request is written down and refused; the same request by another
// actor approves it and goes through. One mechanism for all of them: what a verb is about to do is given as text, of which only a
// digest is kept.
import {createHash} from 'node:crypto'
import {recordAudit} from '../catalog/writer.ts'
import type {ApprovedVerb} from '../config/config.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {approveDecision, askDecision, type Decision, endDecision, readDecisions} from '../lake/decisions.ts'
import type {Workspace} from './ports.ts'
import type {RunScope} from './record-run.ts'

export interface ApprovalRequest {
  readonly verb: ApprovedVerb
  /** For people: names and counts, of nobody. */
  readonly subject: string
  /** What exactly is to happen; two requests are the same when this is. */
  readonly content: string
  readonly reason?: string
  /** Kept with the decision, for verbs that go on by its number. */
  readonly request?: unknown
}

export interface Approval {
  readonly actor: string
  readonly approvedBy?: string
  /** To be called once it happened. */
  end(): Promise<void>
}

/** RUN_APPROVAL_NEEDED until a second person made the same request. */
export async function approved(workspace: Workspace, run: RunScope, asked: ApprovalRequest): Promise<Approval> {
  const {actor} = workspace
  if ((workspace.config.approval?.[asked.verb] ?? 1) < 2) return {actor, end: async () => undefined}
  const store = await workspace.store()
  const digest = createHash('sha256').update(`${asked.verb}\n${asked.content}`).digest('hex')
  const decisions = await readDecisions(store)
  const known = decisions.find((one) => one.digest === digest && !one.isDone)
  const step = {actor, at: run.startedAt.toISOString(), run: run.id}
  if (!known) {
    const {verb, subject, request} = asked
    const number = await askDecision(store, decisions.length, {...step, verb, subject, digest, ...(request === undefined ? {} : {request})})
    await audit(run, step, {...asked, act: 'asked'})
    throw needsApproval(asked, {number, actor})
  }
  if (!known.approved) {
    if (isSamePerson(known.actor, actor)) throw needsApproval(asked, known)
    await approveDecision(store, known.number, step)
    await audit(run, step, {...asked, act: 'approved'})
  }
  const approvedBy = known.approved?.actor ?? actor
  return {actor: known.actor, approvedBy, end: async () => void (await endDecision(store, known.number, step))}
}

/** Names that differ in case or in spaces around them are one person's. */
const isSamePerson = (one: string, other: string): boolean => personOf(one) === personOf(other)
const personOf = (name: string): string => name.normalize('NFKC').trim().toLowerCase()

async function audit(
  {database}: RunScope,
  step: {readonly actor: string; readonly at: string; readonly run: string},
  {verb, subject, reason, act}: ApprovalRequest & {readonly act: string},
): Promise<void> {
  await recordAudit(database, {...step, action: `${verb}: ${act}`, subject, ...(reason === undefined ? {} : {reason})})
}

function needsApproval({verb, subject}: ApprovalRequest, {number, actor}: Pick<Decision, 'number' | 'actor'>): HippoError {
  const byNumber = verb === 'waive' ? `, or hippo quarantine approve ${number}` : ''
  return new HippoError('RUN_APPROVAL_NEEDED', {
    message: `decision ${number}, asked for by ${actor}, waits for a second person: ${verb} ${subject}`,
    hint: `somebody else runs the same command${byNumber}`,
    details: {decision: number},
  })
}
