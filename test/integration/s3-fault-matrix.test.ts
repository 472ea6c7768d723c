// A verb on a lake in a bucket whose server fails at one request, in each of the ways that servers and networks have, or from
// that request on. A failure that passes is not noticed; one that lasts ends the verb with an error that says so; the same verb
// run again ends with exactly what an undisturbed one gives. HIPPO_TEST_LONG tries every request, else a seed picks some.
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Engine} from '../../src/core/engine/engine.ts'
import {openEngine} from '../../src/core/engine/index.ts'
import {toHippoError, type Workspace} from '../../src/core/index.ts'
import {stagedEngine} from '../../src/core/lake/staged-engine.ts'
import {lakeState} from '../support/lake-state.ts'
import {type SavedMoment, SavedWorkspace} from '../support/saved-workspace.ts'
import {printedSeed, type Seeded, seeded} from '../support/seeded.ts'
import {type Fault, type SmallS3, type SmallS3Request, type StoredObject, smallBucket, startSmallS3} from '../support/small-s3.ts'
import {delegate} from '../support/stopping-workspace.ts'
import {trustingStore} from '../support/trusting-store.ts'
import {moments, type VerbCase, verbCases, verbWard} from '../support/verb-cases.ts'
import type {TestWorkspace} from '../support/workspace.ts'

const isLong = process.env.HIPPO_TEST_LONG !== undefined
const casesInShort = 1

/** Short, so that a mute server is noticed at once. */
const limits = {connectMs: 2000, idleMs: 2000, completeMs: 2000, tries: 4, baseDelayMs: 5, mostDelayMs: 20, totalMs: 20_000}

interface FaultKind {
  readonly name: string
  readonly fault: Fault
  /** Where it can happen; everywhere when absent. */
  readonly fits?: (request: SmallS3Request) => boolean
  /** From the request on, for ever: the code with which the verb ends. */
  readonly lasting?: string
}

const isConditional = ({headers}: SmallS3Request) => headers['if-none-match'] === '*'
const slowDown: Fault = {kind: 'refuse', status: 503, code: 'SlowDown', headers: {'retry-after': '0'}}
const kinds: readonly FaultKind[] = [
  {name: 'a connection dropped before', fault: {kind: 'drop'}},
  {name: 'a connection dropped after', fault: {kind: 'loseAnswer'}},
  {name: 'a 500', fault: {kind: 'refuse', status: 500, code: 'InternalError'}},
  {name: 'a 503 SlowDown', fault: slowDown},
  {name: 'a timeout that in truth succeeded', fault: {kind: 'muteAfter'}},
  {name: 'a 412 for a free key', fault: {kind: 'refuse', status: 412, code: 'PreconditionFailed'}, fits: isConditional},
  {name: 'a 409', fault: {kind: 'refuse', status: 409, code: 'ConditionalRequestConflict'}, fits: isConditional},
  {name: 'a network that is gone', fault: {kind: 'drop'}, lasting: 'STORE_INTERRUPTED'},
  {name: 'a server too busy', fault: slowDown, lasting: 'STORE_BUSY'},
  {
    name: 'a server whose disk is full',
    fault: {kind: 'refuse', status: 507, code: 'InsufficientStorage'},
    fits: ({method}) => method === 'PUT',
    lasting: 'STORE_FULL',
  },
]

interface Moment {
  readonly saved: SavedMoment
  readonly objects: ReadonlyMap<string, StoredObject>
}

interface Case {
  readonly request: number
  readonly kind: FaultKind
}

describe('a verb on a lake in a bucket that fails', () => {
  let engine: Engine
  let server: SmallS3
  let saved: SavedWorkspace
  let before: readonly Moment[]
  let fault: (request: SmallS3Request) => Fault | undefined = () => undefined

  beforeAll(async () => {
    server = await startSmallS3({fault: (request) => fault(request)})
    engine = await openEngine('polars')
    const ward = await verbWard()
    ward.env.HIPPO_LAKE = `s3://${smallBucket}/lake`
    saved = await SavedWorkspace.of(ward)
    before = await moments(ward, use, () => save(ward))
  }, 180_000)
  afterAll(async () => {
    await saved.close()
    await engine.close()
    await server.close()
  })

  const save = async (ward: TestWorkspace): Promise<Moment> => ({saved: await saved.save(ward), objects: new Map(server.objects)})

  async function again(moment: Moment): Promise<TestWorkspace> {
    server.reset(moment.objects)
    return saved.again(moment.saved)
  }

  /** With a store that gives up soon, and an engine that outlives the handle. */
  async function use<T>(ward: TestWorkspace, work: (workspace: Workspace) => Promise<T>): Promise<T> {
    const s3 = {endpoint: server.endpoint, region: 'us-east-1', accessKey: 'key', secretKey: 'secret', pathStyle: true}
    const store = trustingStore({lake: `s3://${smallBucket}/lake`, s3, env: {}, limits})
    return ward.use((workspace) => {
      const staged = stagedEngine(delegate(engine, {close: async () => undefined}), {
        store: () => store,
        folder: () => workspace.stagingDirectory(),
      })
      return work(delegate(workspace, {store: () => store, engine: async () => staged}))
    })
  }

  it.each(verbCases)(
    '$name succeeds or says what is wrong, and ends the same when it is run again',
    async (verb) => {
      const startedAt = Date.now()
      const moment = await ready(verb)
      const {requests, state: calm} = await undisturbed(verb, moment)
      const all = requests.flatMap((request, index) =>
        kinds.filter(({fits}) => fits?.(request) ?? true).map((kind) => ({request: index, kind})),
      )
      const cases = isLong ? spread(all, requests.length) : sampled(all, verb.name)

      for (const {request, kind} of cases) {
        const ward = await again(moment)
        const end = await use(ward, (workspace) => disturbed(verb, workspace, {request, kind}))
        const state = await use(ward, async (workspace) => {
          if (end !== 'done') await verb.run(workspace)
          return stateOf(ward, workspace)
        })
        await saved.drop(ward)

        const what = {request, of: `${requests[request]?.method} ${requests[request]?.key}`, kind: kind.name}
        expect
          .soft({...what, end})
          .toEqual({...what, end: kind.lasting === undefined ? 'done' : expect.stringMatching(`^(done|${kind.lasting})$`)})
        expect.soft({...what, state}).toEqual({...what, state: calm})
      }
      console.log(`${verb.name}: ${cases.length} of ${all.length} failures at ${requests.length} requests, ${Date.now() - startedAt} ms`)
    },
    isLong ? 7_200_000 : 120_000,
  )

  async function ready({deliveries, prepare}: VerbCase): Promise<Moment> {
    const moment = before[deliveries]
    if (moment === undefined) throw new Error('there are not so many deliveries')
    if (prepare === undefined) return moment
    const ward = await again(moment)
    await use(ward, prepare)
    return save(ward)
  }

  async function undisturbed(verb: VerbCase, moment: Moment) {
    const ward = await again(moment)
    return use(ward, async (workspace) => {
      const first = server.requests.length
      await verb.run(workspace)
      const requests = server.requests.slice(first)
      return {requests, state: await stateOf(ward, workspace)}
    })
  }

  /** `done`, or the code of the error with which it ended. */
  async function disturbed(verb: VerbCase, workspace: Workspace, {request, kind}: Case): Promise<string> {
    let count = 0
    fault = (asked) => {
      const isHere = kind.lasting === undefined ? count === request : count >= request
      count++
      return isHere && (kind.fits?.(asked) ?? true) ? kind.fault : undefined
    }
    try {
      return await verb.run(workspace).then(endOf, (error: unknown) => toHippoError(error).code)
    } finally {
      fault = () => undefined
    }
  }

  const stateOf = (ward: TestWorkspace, workspace: Workspace) =>
    lakeState(ward, workspace, () => {
      const lake = path.join(ward.root, '.hippo', 'lake')
      rmSync(lake, {recursive: true, force: true})
      for (const [key, {body}] of server.objects) {
        const file = path.join(lake, key.replace(/^lake\//, ''))
        mkdirSync(path.dirname(file), {recursive: true})
        writeFileSync(file, body)
      }
    })
})

/** A promotion, and a pipeline with one in it, goes on with other datasets when one fails, and says so in its result. */
const endOf = (result: unknown): string => /"code":"(STORE_[A-Z_]+)"/.exec(JSON.stringify(result))?.[1] ?? 'done'

/** Every request once, and every kind as often as any other. */
function spread(all: readonly Case[], requests: number): readonly Case[] {
  return Array.from({length: requests}, (_, request) => {
    const fitting = all.filter((one) => one.request === request)
    return fitting[request % fitting.length]
  }).filter((one) => one !== undefined)
}

function sampled(all: readonly Case[], name: string): readonly Case[] {
  const random: Seeded = seeded(printedSeed(`failures of ${name}`))
  return Array.from({length: casesInShort}, () => random.pick(all))
}
