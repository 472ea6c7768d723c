// kill -9 at random instants of a whole pipeline run over the demo clinic: of the process itself, of its engine, of the embedded
// server. The next run must end with exactly what an undisturbed one gives, and leave nothing lying about.
import {spawnSync} from 'node:child_process'
import {cpSync, existsSync, mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {runningServer, stopEmbeddedServer} from '../../src/core/postgres/embedded-server.ts'
import {writeDeliveries} from '../support/clinic.ts'
import {childrenOf, commandOf, isRunning} from '../support/processes.ts'
import {printedSeed, seeded} from '../support/seeded.ts'
import {type TestWorkspace, testWorkspace, type VerbEnd} from '../support/workspace.ts'
import {contentOf, type WorkspaceContent} from '../support/workspace-content.ts'

const datasets = ['patient', 'encounter', 'observation', 'condition', 'medication', 'procedure']
const victims = ['process', 'engine', 'server'] as const
const rounds = process.env.HIPPO_TEST_LONG === undefined ? 6 : 24
const seed = printedSeed('crash rounds')

type Victim = (typeof victims)[number]

interface Stage {
  /** Workspace folder to start from; its server is stopped. */
  readonly from?: string
  readonly delivery: string
  readonly expected: WorkspaceContent
  /** What an undisturbed run says: a measure of how far a run is that no load of the machine changes. */
  readonly lines: number
}

describe('a pipeline run that is killed', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'hippo-crash-'))
  const random = seeded(seed)
  const stages: Stage[] = []

  beforeAll(async () => {
    const {deliveries} = await writeDeliveries(scratch, {patients: 15, seed: 7, faultRate: 0.05})
    const calm = await testWorkspace({from: 'examples/clinic', database: 'embedded'})
    try {
      for (const [number, delivery] of deliveries.entries()) {
        const before = number === 0 ? undefined : path.join(scratch, `before-${number}`)
        if (before !== undefined) {
          await stopServer(calm)
          copyFolder(calm.root, before)
        }
        deliver(calm, delivery)
        const end = await calm.run({verb: 'run'})
        expect(stateOf(end)).toBe('succeeded')
        stages.push({
          ...(before === undefined ? {} : {from: before}),
          delivery,
          expected: await contentOf(calm, datasets),
          lines: end.lines,
        })
      }
    } finally {
      await calm.close()
    }
  }, 300_000)

  afterAll(() => rmSync(scratch, {recursive: true, force: true}))

  function deliver(clinic: TestWorkspace, delivery: string): void {
    cpSync(path.join(scratch, 'inbox', 'ehr', delivery), path.join(clinic.root, 'inbox', 'ehr', delivery), {recursive: true})
  }

  async function openStage({from, delivery}: Stage): Promise<TestWorkspace> {
    const clinic = await testWorkspace({from: 'examples/clinic', database: 'embedded'})
    if (from !== undefined) for (const name of ['.hippo', 'inbox']) copyFolder(path.join(from, name), path.join(clinic.root, name))
    deliver(clinic, delivery)
    return clinic
  }

  it.each(Array.from({length: rounds}, (_, round) => round))(
    `is finished by the next one, with the same result (round %i of seed ${seed})`,
    async (round) => {
      const stage = stages[Math.floor(round / victims.length) % stages.length]
      const victim = victims[round % victims.length] ?? 'process'
      if (!stage) throw new Error('no stage')
      const clinic = await openStage(stage)
      try {
        const at = {line: random.below(stage.lines - 1) + 1, delayMs: random.below(300)}
        const killed = await killDuring(clinic, victim, at)
        console.log(
          `round ${round}: ${victim} ${at.delayMs} ms after line ${at.line} of ${stage.lines}: ${killed.signal ?? killed.error?.code ?? stateOf(killed)}`,
        )

        const next = await clinic.run({verb: 'run', waitLockSeconds: 10})

        if (next.code !== 0) console.log(next.stderr, JSON.stringify(next.error))
        expect(['succeeded', 'noop']).toContain(stateOf(next))
        const content = await contentOf(clinic, datasets)
        for (const [name, rows] of Object.entries(stage.expected)) expect(content[name], name).toEqual(rows)
        expect(clinic.staged()).toEqual([])
        expect(unfinished(clinic)).toEqual([])
      } finally {
        await clinic.close()
      }
    },
    180_000,
  )
})

interface Instant {
  readonly line: number
  readonly delayMs: number
}

/** Runs the pipeline and kills the victim at an instant; resolves once the run is over, one way or another. */
async function killDuring(clinic: TestWorkspace, victim: Victim, {line, delayMs}: Instant): Promise<VerbEnd> {
  const verb = clinic.spawn({verb: 'run'})
  await verb.said(line)
  await sleep(delayMs)
  const pid = verb.child.pid ?? 0
  const engines = childrenOf(pid).filter(isEngine)
  if (victim === 'process') verb.kill()
  else if (victim === 'engine') killAll(engines)
  else killAll([serverOf(clinic)].filter((one) => one !== undefined))
  const end = await verb.end
  // An engine ends by itself when the process is gone.
  await until(() => !engines.some(isRunning))
  return end
}

function killAll(pids: readonly number[]): void {
  for (const pid of pids) if (isRunning(pid)) process.kill(pid, 'SIGKILL')
}

const isEngine = (pid: number) => commandOf(pid).includes('engine/polars/child')
const home = (clinic: TestWorkspace) => ({home: path.join(clinic.root, '.hippo', 'pg'), env: clinic.env})
const serverOf = (clinic: TestWorkspace) => runningServer(home(clinic))
const stopServer = (clinic: TestWorkspace) => stopEmbeddedServer(home(clinic))

async function until(isDone: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!isDone()) {
    if (performance.now() > deadline) throw new Error('it did not happen within 30 s')
    await sleep(20)
  }
}

/** With owners and modes: PostgreSQL insists on them. */
function copyFolder(from: string, to: string): void {
  rmSync(to, {recursive: true, force: true})
  const {status, stderr} = spawnSync('cp', ['-a', from, to], {encoding: 'utf8'})
  if (status !== 0) throw new Error(stderr)
}

/** What unfinished writes left in the lake. */
function unfinished(clinic: TestWorkspace): readonly string[] {
  const folder = path.join(clinic.root, '.hippo', 'lake', '.tmp')
  return existsSync(folder) ? readdirSync(folder) : []
}

const stateOf = ({result}: VerbEnd): unknown => (result?.run as {state?: string} | undefined)?.state
