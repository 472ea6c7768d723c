// From a result to an exit code: the worst of its parts, by 1 > 4 > 75 > 2 > 3 > 0.
import type {CheckResult} from '../../core/model/check.ts'
import type {RunState, RunSummary} from '../../core/model/run.ts'

const worstFirst: readonly number[] = [1, 4, 75, 2, 3, 0]

/** A dataset, model, table or pipeline step of a result. */
export interface Part {
  readonly state?: string
  readonly error?: {readonly exitCode: number}
  /** Of a dry run: there is something to do, though nothing was done. */
  readonly wouldCommit?: boolean
}

/** The worst of several exit codes; 0 when there are none. A code outside the order counts as a bug. */
export function worstExitCode(codes: readonly number[]): number {
  const rank = (code: number): number => Math.max(0, worstFirst.indexOf(code))
  return codes.reduce((worst, code) => (rank(code) < rank(worst) ? code : worst), 0)
}

export interface OutcomeOptions {
  readonly idleExit?: number | undefined
  readonly interruptCode: number
}

/** Exit code of a verb's result; `parts` are its datasets, models, tables or steps. */
export function exitCodeOf(run: RunSummary, parts: readonly Part[], {idleExit, interruptCode}: OutcomeOptions): number {
  if (run.state === 'interrupted' || run.state === 'cancelled') return interruptCode
  const fromParts = parts.map(exitCodeOfPart)
  const code = worstExitCode([...fromParts, exitCodeOfState(run.state, fromParts)])
  const isIdle = run.state === 'noop' && !parts.some(({wouldCommit}) => wouldCommit)
  return code === 0 && isIdle ? (idleExit ?? 0) : code
}

/** `validate` fails when a check of severity error failed or could not be run. */
export function exitCodeOfChecks(checks: readonly CheckResult[]): number {
  return checks.some(({outcome, severity}) => severity === 'error' && (outcome === 'failed' || outcome === 'errored')) ? 3 : 0
}

function exitCodeOfPart({state, error}: Part): number {
  if (error !== undefined) return error.exitCode
  if (state === 'gated') return 3
  return state === 'failed' ? 1 : 0
}

/** A failed run takes the codes of the parts that failed; one without any is a bug. */
function exitCodeOfState(state: RunState, parts: readonly number[]): number {
  if (state === 'gated') return 3
  return state === 'failed' && !parts.some((code) => code !== 0) ? 1 : 0
}
