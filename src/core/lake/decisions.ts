// Requests that need a second person, as append-only documents of the lake: asked, approved, done, each created once under the
// request's number. They say who, when and what kind of thing; what exactly is asked for stands in them as a digest, so that the
// same request is known again and a person's id is never in them.
import {HippoError} from '../errors/hippo-error.ts'
import type {Instant, RunId, Sha256} from '../model/names.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {layout} from './layout.ts'

interface Step {
  readonly actor: string
  readonly at: Instant
  readonly run: RunId
}

export interface AskedDecision extends Step {
  readonly verb: string
  /** For people: names and counts. */
  readonly subject: string
  readonly digest: Sha256
  /** What the verb needs to go on when somebody approves it by its number; without values of rows. */
  readonly request?: unknown
}

export interface Decision extends AskedDecision {
  readonly number: number
  readonly approved?: Step
  readonly isDone: boolean
}

/** All decisions, oldest first. */
export async function readDecisions(store: ObjectStore): Promise<readonly Decision[]> {
  const keys = new Set<string>()
  for await (const {key} of store.list(layout.decisionPrefix)) keys.add(key)
  const decisions: Decision[] = []
  for (let number = 1; keys.has(layout.decision(number, 'asked')); number++) {
    const asked = await readStep<AskedDecision>(store, layout.decision(number, 'asked'))
    const key = layout.decision(number, 'approved')
    const approved = keys.has(key) ? await readStep<Step>(store, key) : undefined
    decisions.push({...asked, number, isDone: keys.has(layout.decision(number, 'done')), ...(approved ? {approved} : {})})
  }
  return decisions
}

async function readStep<T>(store: ObjectStore, key: string): Promise<T> {
  try {
    return JSON.parse(Buffer.from(await store.get(key)).toString('utf8')) as T
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new HippoError('STORE_CORRUPT', {message: `the decision ${key} is not readable`, cause})
  }
}

/** The number it got. */
export async function askDecision(store: ObjectStore, newest: number, asked: AskedDecision): Promise<number> {
  for (let number = newest + 1; ; number++) if (await putStep(store, layout.decision(number, 'asked'), asked)) return number
}

/** False when somebody approved it before. */
export const approveDecision = (store: ObjectStore, number: number, step: Step): Promise<boolean> =>
  putStep(store, layout.decision(number, 'approved'), step)

/** Says that what was approved happened; it is not to happen again under the same approval. */
export const endDecision = (store: ObjectStore, number: number, step: Step): Promise<boolean> =>
  putStep(store, layout.decision(number, 'done'), step)

const putStep = async (store: ObjectStore, key: string, step: Step): Promise<boolean> =>
  (await store.putIfAbsent(key, Buffer.from(`${JSON.stringify(step)}\n`))) === 'created'
