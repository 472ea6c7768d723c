// kill -9 at random instants of a whole pipeline run over the demo clinic, and of a rebuild: of the process itself, of its engine,
// of the embedded server. The next run must end with exactly what an undisturbed one gives, and leave nothing lying about.
import {spawnSync} from 'node:child_process'
import {cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import {promoteSilver, runPipeline} from '../../src/core/index.ts'
import {stopEmbeddedServer} from '../../src/core/postgres/embedded-server.ts'
import {writeDeliveries} from '../support/clinic.ts'
import {instantOf, killDuring, type Victim, victims} from '../support/kill-verb.ts'
import {processesAbout} from '../support/processes.ts'
import {printedSeed, seeded} from '../support/seeded.ts'
import {type TestWorkspace, testWorkspace, type VerbEnd, type VerbRequest} from '../support/workspace.ts'
import {contentOf, type WorkspaceContent} from '../support/workspace-content.ts'

const isLong = process.env.HIPPO_TEST_LONG !== undefined
const datasets = ['patient', 'encounter', 'observation', 'condition', 'medication', 'procedure']
const rebuilt = ['patient', 'medication']
const seed = printedSeed('crash rounds')
// The lock of a run whose client died is free once the server has noticed.
const patience = {waitLockSeconds: 10}
const runAgain = (clinic: TestWorkspace) => clinic.use((workspace) => runPipeline(workspace, patience))
const promoteAgain = (clinic: TestWorkspace, full: boolean) =>
  clinic.use((workspace) => promoteSilver(workspace, {datasets: rebuilt, full, ...patience}))

/** A workspace as it stands before a verb, and what that verb makes of it when nothing disturbs it. */
interface Stage {
  readonly before: string
  readonly request: VerbRequest
  readonly calm: VerbEnd
  readonly result: WorkspaceContent
}

const scratch = mkdtempSync(path.join(tmpdir(), 'hippo-crash-'))
const stages: Stage[] = []

beforeAll(async () => {
  // The demo is small: threads would only wait for each other.
  vi.stubEnv('POLARS_MAX_THREADS', '1')
  const {deliveries} = await writeDeliveries(scratch, {patients: 5, seed: 7, faultRate: 0.05})
  const clinic = await testWorkspace({from: 'examples/clinic', database: 'embedded'})
  try {
    for (const delivery of deliveries) {
      const inbox = path.join('inbox', 'ehr', delivery)
      cpSync(path.join(scratch, inbox), path.join(clinic.root, inbox), {recursive: true})
      stages.push(await undisturbed(clinic, {verb: 'run'}))
    }
    for (const dataset of rebuilt) changeContract(clinic, dataset)
    stages.push(await undisturbed(clinic, {verb: 'promoteSilver', datasets: rebuilt, full: true}))
  } finally {
    await clinic.close()
  }
}, 300_000)

afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(scratch, {recursive: true, force: true})
})

describe('a pipeline run that is killed', () => {
  const rounds = plan(isLong ? 60 : 20)

  it.each(rounds)(
    'is finished by the next one, with the same result (round $number: $victim)',
    async ({number, victim, part}) => {
      // The first delivery, which also makes the database, takes twice as long as the second.
      const stage = stageAt(Math.floor(number / victims.length) % 3 === 0 ? 0 : 1)
      await afterKill(stage, {victim, part}, async (clinic) => {
        const {run, steps} = await runAgain(clinic)

        expect(['succeeded', 'noop'], JSON.stringify(steps.map(({error}) => error))).toContain(run.state)
        expect(await contentOf(clinic, datasets)).toEqual(stage.result)
      })
    },
    180_000,
  )
})

describe('a rebuild that is killed', () => {
  it.each(plan(isLong ? 12 : 3))(
    'leaves each dataset as it was or as it is to be, and the next one finishes it (round $number: $victim)',
    async ({victim, part}) => {
      const stage = stageAt(2)
      const before = stageAt(1).result
      await afterKill(stage, {victim, part}, async (clinic) => {
        await promoteAgain(clinic, false)
        const between = await contentOf(clinic, rebuilt)
        const {run} = await promoteAgain(clinic, true)

        for (const dataset of rebuilt)
          expect([tablesOf(before, dataset), tablesOf(stage.result, dataset)]).toContainEqual(tablesOf(between, dataset))
        expect(['succeeded', 'noop']).toContain(run.state)
        // Which version of a dataset another was judged against is history: it may be the one before.
        const history = {'catalog edges': expect.anything()}
        expect({...(await contentOf(clinic, datasets)), ...history}).toEqual({...stage.result, ...history})
      })
    },
    180_000,
  )
})

/** Victims in turn, the instants of each spread over the whole run. */
function plan(rounds: number): readonly {readonly number: number; readonly victim: Victim; readonly part: number}[] {
  const random = seeded(seed)
  return Array.from({length: rounds}, (_, number) => ({
    number,
    victim: victims[number % victims.length] ?? 'process',
    part: (number + random.next() * victims.length) / (rounds + victims.length),
  }))
}

function stageAt(index: number): Stage {
  const stage = stages[index]
  if (!stage) throw new Error('no such stage')
  return stage
}

/** Copies the workspace as it is and runs the verb to its end. */
async function undisturbed(clinic: TestWorkspace, request: VerbRequest): Promise<Stage> {
  await stopServer(clinic)
  const before = path.join(scratch, `before-${stages.length}`)
  copyFolder(clinic.root, before)
  const calm = await clinic.run(request)
  expect(calm.result?.run, calm.stderr).toMatchObject({state: 'succeeded'})
  return {before, request, calm, result: await contentOf(clinic, datasets)}
}

/** Runs the verb on a copy of the workspace, kills the victim, and looks what is left once the rest of the test is through. */
async function afterKill(
  {before, request, calm}: Stage,
  {victim, part}: {readonly victim: Victim; readonly part: number},
  andThen: (clinic: TestWorkspace) => Promise<void>,
): Promise<void> {
  const clinic = await testWorkspace({from: 'examples/clinic', database: 'embedded'})
  try {
    copyFolder(before, clinic.root)
    const at = instantOf(calm, part)
    const startedAt = performance.now()
    const {end, hits} = await killDuring(clinic, request, {victim, at})
    const overAt = performance.now()

    await andThen(clinic)

    const took = `${Math.round(overAt - startedAt)} ms, then ${Math.round(performance.now() - overAt)} ms`
    console.log(`${victim} (${hits}) ${at.delayMs} ms after line ${at.lines} of ${calm.saidAtMs.length}: ${outcomeOf(end)}; ${took}`)

    expect(leftIn(clinic)).toEqual([])
    await stopServer(clinic)
    await expect.poll(() => processesAbout(clinic.root), {timeout: 5_000}).toEqual([])
  } finally {
    await clinic.close()
  }
}

/** Makes every row of it different. */
function changeContract(clinic: TestWorkspace, dataset: string): void {
  const file = `contracts/${dataset}.odcs.yaml`
  const added = `      - name: remark
        logicalType: string
`
  clinic.write(
    file,
    readFileSync(path.join(clinic.root, file), 'utf8')
      .replace('version: 1.0.0', 'version: 2.0.0')
      .replace('slaProperties:', `${added}slaProperties:`),
  )
}

const tablesOf = (content: WorkspaceContent, dataset: string) => [content[`silver ${dataset}`], content[`quarantine ${dataset}`]]
const stopServer = ({root, env}: TestWorkspace) => stopEmbeddedServer({home: path.join(root, '.hippo', 'pg'), env})
const outcomeOf = ({signal, error, result}: VerbEnd) =>
  signal ?? error?.code ?? (result?.run as {state?: string} | undefined)?.state ?? 'unknown'

/** With owners and modes: PostgreSQL insists on them. */
function copyFolder(from: string, to: string): void {
  rmSync(to, {recursive: true, force: true})
  const {status, stderr} = spawnSync('cp', ['-a', from, to], {encoding: 'utf8'})
  if (status !== 0) throw new Error(stderr)
}

/** What unfinished work left in the workspace. */
function leftIn({root}: TestWorkspace): readonly string[] {
  const names = (folder: string) => {
    const listed = existsSync(path.join(root, folder)) ? readdirSync(path.join(root, folder)) : []
    return listed.map((name) => `${folder}/${name}`)
  }
  return [
    ...names('.hippo/staging'),
    ...names('.hippo/lake/.tmp'),
    ...names('.hippo/pg').filter((name) => /\.(init|draft)\.\d+$/.test(name)),
  ]
}
