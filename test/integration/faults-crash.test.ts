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
import {childrenOf, isRunning} from '../support/processes.ts'
import {printedSeed, type Seeded, seeded} from '../support/seeded.ts'
import {type RunningVerb, type TestWorkspace, testWorkspace, type VerbEnd} from '../support/workspace.ts'
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
  readonly durationMs: number
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
        const start = performance.now()
        const end = await calm.run({verb: 'run'})
        expect(stateOf(end)).toBe('succeeded')
        const durationMs = performance.now() - start
        stages.push({...(before === undefined ? {} : {from: before}), delivery, expected: await contentOf(calm, datasets), durationMs})
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
        const killedAfterMs = Math.floor(random.next() * stage.durationMs)
        const killed = await killDuring(clinic, victim, killedAfterMs, random)
        console.log(`round ${round}: ${victim} after ${killedAfterMs} ms: ${killed.signal ?? killed.error?.code ?? stateOf(killed)}`)

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

/** Runs the pipeline and kills the victim after a while; resolves once the run is over, one way or another. */
async function killDuring(clinic: TestWorkspace, victim: Victim, afterMs: number, random: Seeded): Promise<VerbEnd> {
  const verb = clinic.spawn({verb: 'run'})
  await Promise.race([sleep(afterMs), verb.end])
  if (victim === 'process') {
    const children = childrenOf(verb.child.pid ?? 0)
    verb.kill()
    const end = await verb.end
    // Its engine ends by itself.
    await until(() => children.every((pid) => !isRunning(pid) || pid === serverOf(clinic)))
    return end
  }
  if (victim === 'engine') await killEngine(clinic, verb)
  else await killServer(clinic, verb, random)
  return verb.end
}

/** Kills the first engine child that shows up from now on, unless the run ends without one. */
async function killEngine(clinic: TestWorkspace, verb: RunningVerb): Promise<void> {
  for (;;) {
    const server = serverOf(clinic)
    const engine = childrenOf(verb.child.pid ?? 0).find((pid) => pid !== server && isEngine(pid))
    if (engine !== undefined) return void process.kill(engine, 'SIGKILL')
    if (verb.child.exitCode !== null || verb.child.signalCode !== null) return
    await sleep(5)
  }
}

function isEngine(pid: number): boolean {
  const {stdout} = spawnSync('ps', ['-o', 'args=', '-p', String(pid)], {encoding: 'utf8'})
  return stdout === null || /engine\/polars\/child/.test(stdout)
}

async function killServer(clinic: TestWorkspace, verb: RunningVerb, random: Seeded): Promise<void> {
  for (;;) {
    const server = serverOf(clinic)
    if (server !== undefined) {
      await sleep(random.below(200))
      return void (isRunning(server) && process.kill(server, 'SIGKILL'))
    }
    if (verb.child.exitCode !== null || verb.child.signalCode !== null) return
    await sleep(5)
  }
}

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
