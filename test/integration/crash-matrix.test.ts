// A pipeline run over two deliveries that dies before or after any one of its calls to the store. The next run ends with
// exactly what an undisturbed one gives.
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {runPipeline} from '../../src/core/index.ts'
import {printedSeed, seeded} from '../support/seeded.ts'
import {countedWorkspace, isWrite, type StopAtCall} from '../support/store-calls.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'
import {contentOf, type WorkspaceContent} from '../support/workspace-content.ts'

const isLong = process.env.HIPPO_TEST_LONG !== undefined
const casesInShort = 8
const datasets = ['person', 'visit', 'setting']

/** Rows of each kind: accepted, quarantined, changed and taken back by the second delivery. */
const files: Readonly<Record<string, string>> = {
  'inbox/2026-01-01/persons.csv': 'id,name,born,weight\np1,Ann,1980-01-01,70\np2,,1980-01-01,70\np3,Carl,1990-05-05,80\n',
  'inbox/2026-01-01/visits.csv': 'person_id,visited_on,reason\np1,2026-01-01,cough\np1,2026-01-01,cough\nnobody,2026-01-01,cough\n',
  'inbox/2026-01-01/settings.csv': 'key,value\na,1\nb,2\n',
  'inbox/2026-01-02/persons.csv': 'id,name,born,weight\np1,Ann,1980-01-01,71\np4,Dora,1980-13-01,60\np5,Emil,1970-01-01,90\n',
  'inbox/2026-01-02/visits.csv': 'person_id,visited_on,reason\np3,2026-01-02,fall\np5,2026-01-02,\n',
  'inbox/2026-01-02/settings.csv': 'key,value\na,3\n',
}

async function deliveredWard(): Promise<TestWorkspace> {
  const ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
  for (const [name, text] of Object.entries(files)) ward.write(name, text)
  return ward
}

let calm: WorkspaceContent
let cases: readonly StopAtCall[]

beforeAll(async () => {
  const ward = await deliveredWard()
  try {
    const calls = await ward.use(async (workspace) => {
      const counted = countedWorkspace(workspace)
      await runPipeline(counted.workspace, {})
      return counted.calls
    })
    calm = await contentOf(ward, datasets)
    cases = calls.flatMap((call, index): readonly StopAtCall[] => [
      {call: index, when: 'before'},
      ...(isWrite(call) ? [{call: index, when: 'after'} as const] : []),
    ])
  } finally {
    await ward.close()
  }
}, 120_000)

describe('a pipeline run that dies at a call to the store', () => {
  const ends: string[] = []

  it('meets at least a hundred calls, of which each kind of commit is one', () => {
    expect(cases.length).toBeGreaterThan(100)
    expect(Object.keys(calm)).toContain('silver visit')
  })

  it(
    'is finished by the next one, with the same result',
    async () => {
      for (const stop of isLong ? cases : sampled(cases)) {
        const ward = await deliveredWard()
        try {
          const died = await ward.use((workspace) => runPipeline(countedWorkspace(workspace, stop).workspace, {}).then(endOf, nameOf))
          ends.push(died)
          const {run} = await ward.use((workspace) => runPipeline(workspace, {}))

          expect.soft(['succeeded', 'noop', 'gated'], `${JSON.stringify(stop)} after ${died}`).toContain(run.state)
          expect.soft(await contentOf(ward, datasets), `${JSON.stringify(stop)} after ${died}`).toEqual(calm)
        } finally {
          await ward.close()
        }
      }
    },
    isLong ? 3_600_000 : 180_000,
  )

  afterAll(() => expect(ends).not.toContain('succeeded'))
})

const endOf = ({run}: {readonly run: {readonly state: string}}): string => run.state
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown')

function sampled(all: readonly StopAtCall[]): readonly StopAtCall[] {
  const random = seeded(printedSeed('crash matrix'))
  return Array.from({length: casesInShort}, () => random.pick(all))
}
