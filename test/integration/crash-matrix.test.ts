// The process dies before or after any one of the calls that a verb makes to the store; each call is one case. The same verb run
// again ends with exactly what an undisturbed one gives, nothing that is referred to is missing, and a vacuum leaves no file that
// nothing refers to. HIPPO_TEST_LONG tries every case, else a seed picks some.
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Engine} from '../../src/core/engine/engine.ts'
import {openEngine} from '../../src/core/engine/index.ts'
import type {Workspace} from '../../src/core/index.ts'
import type {Place} from '../../src/core/pipeline/phi-locations/phi-location.ts'
import {everythingIn} from '../support/everything.ts'
import {lakeState} from '../support/lake-state.ts'
import {bury, type DeathAt, deathsAt, mortalWorkspace} from '../support/mortal-workspace.ts'
import {type SavedMoment, SavedWorkspace} from '../support/saved-workspace.ts'
import {printedSeed, seeded} from '../support/seeded.ts'
import {delegate} from '../support/stopping-workspace.ts'
import {moments, type VerbCase, verbCases, verbWard} from '../support/verb-cases.ts'
import type {TestWorkspace} from '../support/workspace.ts'

const isLong = process.env.HIPPO_TEST_LONG !== undefined
const casesInShort = 2

describe('a verb that dies at a call to the store', () => {
  let engine: Engine
  let saved: SavedWorkspace
  let before: readonly SavedMoment[]

  beforeAll(async () => {
    engine = await openEngine('polars')
    const ward = await verbWard()
    saved = await SavedWorkspace.of(ward)
    before = await moments(ward, use, () => saved.save(ward))
  }, 120_000)
  afterAll(async () => {
    await saved.close()
    await engine.close()
  })

  /** With an engine that outlives the handle: nothing in it is a verb's, and it takes long to start. */
  const withEngine = (workspace: Workspace) => delegate(workspace, {engine: async () => delegate(engine, {close: async () => undefined})})

  async function use<T>(ward: TestWorkspace, work: (workspace: Workspace) => Promise<T>): Promise<T> {
    return ward.use((workspace) => work(withEngine(workspace)))
  }

  it.each(verbCases)(
    '$name leaves what the same verb completes',
    async (verb) => {
      const startedAt = Date.now()
      const moment = await ready(verb)
      const {calls, changesBefore, state: calm} = await undisturbed(verb, moment)
      const deaths = deathsAt({calls, changesBefore})
      const cases = isLong ? deaths : sampled(deaths, verb.name)

      for (const death of cases) {
        const ward = await saved.again(moment)
        const end = await die(verb, ward, death)
        const state = await use(ward, async (workspace) => {
          await bury(ward, () => workspace.database())
          await verb.run(workspace)
          return lakeState(ward, workspace)
        })
        const left = verb.erases ? await placesWith(ward, verb.erases) : []
        await saved.drop(ward)

        const place = {death, call: calls[death.call]}
        expect.soft({...place, end, state, left}).toEqual({...place, end: 'died', state: calm, left: []})
      }
      console.log(`${verb.name}: ${cases.length} of ${deaths.length} deaths at ${calls.length} calls, ${Date.now() - startedAt} ms`)
    },
    isLong ? 3_600_000 : 120_000,
  )

  async function ready({deliveries, prepare}: VerbCase): Promise<SavedMoment> {
    const moment = before[deliveries]
    if (moment === undefined) throw new Error('there are not so many deliveries')
    if (prepare === undefined) return moment
    const ward = await saved.again(moment)
    await use(ward, prepare)
    return saved.save(ward)
  }

  async function undisturbed(verb: VerbCase, moment: SavedMoment) {
    const ward = await saved.again(moment)
    return use(ward, async (workspace) => {
      const mortal = mortalWorkspace(workspace)
      await verb.run(mortal.workspace)
      const {calls, changesBefore} = {calls: [...mortal.calls], changesBefore: [...mortal.changesBefore]}
      return {calls, changesBefore, state: await lakeState(ward, workspace)}
    })
  }

  async function die(verb: VerbCase, ward: TestWorkspace, death: DeathAt): Promise<string> {
    const mortal = mortalWorkspace(withEngine(await ward.open()), death)
    return Promise.race([mortal.died, verb.run(mortal.workspace).then(() => 'done', String)])
  }
})

async function placesWith(ward: TestWorkspace, value: RegExp): Promise<readonly Place[]> {
  return (await everythingIn(ward)).filter(({text}) => value.test(text)).map(({place}) => place)
}

function sampled(all: readonly DeathAt[], name: string): readonly DeathAt[] {
  const random = seeded(printedSeed(`deaths of ${name}`))
  return Array.from({length: casesInShort}, () => random.pick(all))
}
