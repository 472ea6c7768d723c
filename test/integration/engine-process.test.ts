import {fork} from 'node:child_process'
import {mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import type {Engine, PlanOutput, WriteOptions} from '../../src/core/engine/engine.ts'
import {openPolarsEngine} from '../../src/core/engine/polars/polars-engine.ts'
import {HippoError} from '../../src/core/errors/hippo-error.ts'
import {column, isNull} from '../../src/core/expr/expr.ts'
import type {Judged, Plan} from '../../src/core/expr/plan.ts'
import {planColumns} from '../../src/core/expr/walk.ts'

const rows = 300_000
let folder: string
let engine: Engine
let pids: number[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hippo-engine-process-'))
  for (const name of ['out', 'staging']) mkdirSync(join(folder, name))
  pids = []
  engine = await openPolarsEngine({onProcess: (pid) => pids.push(pid)})
})

afterEach(async () => {
  await engine.close()
  rmSync(folder, {recursive: true, force: true})
})

describe('the engine process', {timeout: 60_000}, () => {
  it.each(['SIGKILL', 'SIGABRT', 'SIGSEGV'] as const)(
    'becomes an error with its phase when %s ends it in the middle of a plan',
    async (signal) => {
      const error = await failure(engine.write(slowOutputs(), options({onProgress: ({phase}) => phase === 'write' && kill(signal)})))

      expect({code: error.code, signal: error.details.signal, phase: error.details.phase}).toEqual({
        code: 'ENGINE_CRASHED',
        signal,
        phase: 'write',
      })
      expect(leftovers()).toEqual([])
    },
  )

  it('is replaced by a new one for the next plan', async () => {
    await failure(engine.write(slowOutputs(), options({onProgress: ({phase}) => phase === 'write' && kill('SIGKILL')})))

    const result = await engine.write(slowOutputs(), options())

    expect(result.tally?.read).toBe(rows)
    expect(pids).toHaveLength(2)
  })

  it('is kept for the next plan when all went well, and after a plan that could not run', async () => {
    await engine.rows(slowPlan(), 1)
    await failure(engine.rows({...slowPlan(), files: [file(join(folder, 'missing.csv'))]} as Plan, 1))
    await engine.rows(slowPlan(), 1)

    expect(pids).toHaveLength(1)
  })

  it('ends on abort before the promise rejects, and leaves nothing behind', async () => {
    const controller = new AbortController()

    const error = await failure(
      engine.write(slowOutputs(), options({signal: controller.signal, onProgress: ({phase}) => phase === 'write' && controller.abort()})),
    )

    expect(error.code).toBe('RUN_INTERRUPTED')
    expect(pids.filter(isRunning)).toEqual([])
    expect(leftovers()).toEqual([])
  })

  it('does not start work for a signal that was aborted before', async () => {
    const error = await failure(engine.write(slowOutputs(), options({signal: AbortSignal.abort()})))

    expect(error.code).toBe('RUN_INTERRUPTED')
    expect(leftovers()).toEqual([])
  })

  it('ends when its parent is killed, even in the middle of a plan', async () => {
    const parent = fork(parentScript(), [], {stdio: 'ignore', execArgv: []})
    const pid = await new Promise<number>((resolve) => parent.once('message', (message) => resolve(Number(message))))
    expect(isRunning(pid)).toBe(true)

    parent.kill('SIGKILL')

    await expect.poll(() => isRunning(pid), {timeout: 5000}).toBe(false)
  })

  it('works beside another on the same input', async () => {
    const other = await openPolarsEngine()
    try {
      const outputs = slowOutputs()

      const [one, two] = await Promise.all([engine.write(outputs, options()), other.write(outputs, options())])

      expect(one.tally).toEqual(two.tally)
      expect(readdirSync(join(folder, 'out'))).toHaveLength(2)
      expect(readdirSync(join(folder, 'staging'))).toEqual([])
    } finally {
      await other.close()
    }
  })

  it('runs several plans of one engine at once', async () => {
    const plan = slowPlan()

    const counts = await Promise.all([1, 2, 3].map((limit) => engine.rows(plan, limit)))

    expect(counts.map((found) => found.length)).toEqual([1, 2, 3])
  })

  it('ends with the engine', async () => {
    await engine.rows(slowPlan(), 1)

    await engine.close()

    expect(pids.filter(isRunning)).toEqual([])
    expect((await failure(engine.rows(slowPlan(), 1))).code).toBe('ENGINE_FAILED')
  })

  it('is a crash, worth another try, when it is killed before it is ready', async () => {
    const started: number[] = []
    const struck = await openPolarsEngine({onProcess: (pid) => started.push(pid) === 1 && process.kill(pid, 'SIGKILL')})

    const error = await failure(struck.rows(slowPlan(), 1))
    const rowsAfter = await struck.rows(slowPlan(), 1)
    await struck.close()

    expect(error).toMatchObject({code: 'ENGINE_CRASHED', exitCode: 75, details: {signal: 'SIGKILL', phase: 'start'}})
    expect(rowsAfter).toHaveLength(1)
    expect(started).toHaveLength(2)
  })

  it.each([
    ['is missing', 'throw Object.assign(new Error("x"),{code:"ERR_MODULE_NOT_FOUND"})', 'ERR_MODULE_NOT_FOUND'],
    // What Linux does to a process that loads a native binary of which only the first part is there.
    ['is cut short', 'process.kill(process.pid,"SIGBUS")', 'by SIGBUS while it started'],
    ['ends the process', 'process.exit(9)', 'with code 9 while it started'],
  ])('is unavailable, with the remedy, when the native package %s', async (_, effect, said) => {
    const broken = await engineWhosePackage(effect)

    const errors = [await failure(broken.rows(slowPlan(), 1)), await failure(broken.rows(slowPlan(), 1))]

    for (const error of errors) {
      expect(error).toMatchObject({code: 'ENGINE_UNAVAILABLE', exitCode: 4, hint: expect.stringContaining('npm ci')})
      expect(error.message).toContain(said)
    }
    await broken.close()
  })
})

/** An engine whose processes do this instead of loading Polars. */
async function engineWhosePackage(effect: string): Promise<Engine> {
  const hook = `import{registerHooks}from"node:module";registerHooks({resolve(s,c,n){if(s==="nodejs-polars"){${effect}}return n(s,c)}})`
  vi.stubEnv('NODE_OPTIONS', `--import=data:text/javascript,${encodeURIComponent(hook)}`)
  const broken = await openPolarsEngine()
  vi.unstubAllEnvs()
  return broken
}

describe('an error of the engine', {timeout: 60_000}, () => {
  it('never repeats a value', async () => {
    const secret = 'PATIENT-4711'
    const {files} = (await engine.write([output('text', values(secret))], options())).outputs[0] ?? {files: []}
    const asNumber: Plan = {
      kind: 'scan',
      files: [{path: files[0]?.path ?? '', format: {kind: 'parquet'}, binding: {v: 'v'}, constants: {}}],
      columns: [{name: 'v', type: 'int64'}],
    }

    const error = await failure(engine.rows(asNumber, 1))

    expect(error.code).toBe('ENGINE_FAILED')
    expect(`${error.message} ${error.hint} ${JSON.stringify(error.details)}`).not.toContain(secret)
    expect(error.cause).toBeUndefined()
  })

  it('comes before any work when the plan does not yield the columns of its output', async () => {
    const wrong = {...output('text', values('x')), columns: [{name: 'v', type: 'int64'} as const]}

    const error = await failure(engine.write([wrong], options()))

    expect(error.code).toBe('ENGINE_FAILED')
    expect(pids).toEqual([])
  })

  it('says what kind of trouble a missing file is', async () => {
    const error = await failure(engine.rows({...slowPlan(), files: [file(join(folder, 'missing.csv'))]} as Plan, 1))

    expect(error.message).toMatch(/operating system error 2$/)
  })
})

describe('writing', {timeout: 60_000}, () => {
  it.each([
    ['no row', 0, 0],
    ['one good row', 1, 0],
    ['one bad row', 0, 1],
    ['bad rows only', 0, 1000],
  ])('counts and files agree for %s', async (_, good, bad) => {
    const lines = [...Array(good).fill('1'), ...Array(bad).fill('""')]
    writeFileSync(join(folder, 'few.csv'), `id\n${lines.map((line) => `${line}\n`).join('')}`)

    const {outputs, tally} = await engine.write(verdicts(scanOf('few.csv')), options())

    expect(tally).toEqual({read: good + bad, accepted: good, quarantined: bad, byJudgement: {'id.required': bad}})
    expect(outputs.map((written) => [written.name, written.rows, written.files.length])).toEqual([
      ['good', good, good === 0 ? 0 : 1],
      ['bad', bad, bad === 0 ? 0 : 1],
    ])
    expect(readdirSync(join(folder, 'out'))).toHaveLength((good === 0 ? 0 : 1) + (bad === 0 ? 0 : 1))
  })
})

function options(more: Partial<WriteOptions> = {}): WriteOptions {
  return {stagingDirectory: join(folder, 'staging'), ...more}
}

function scanOf(name: string): Plan & {readonly kind: 'scan'} {
  return {kind: 'scan', files: [file(join(folder, name))], columns: [{name: 'id', type: 'string'}]}
}

function file(path: string): (Plan & {readonly kind: 'scan'})['files'][number] {
  return {path, format: {kind: 'csv', delimiter: ',', quote: '"', header: ['id']}, binding: {id: 'id'}, constants: {}}
}

/** Enough rows that a plan is still running when its phase is heard of. */
function slowPlan(): Plan & {readonly kind: 'scan'} {
  writeFileSync(
    join(folder, 'many.csv'),
    `id\n${Array.from({length: rows}, (_, index) => `${index}-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n`).join('')}`,
  )
  return scanOf('many.csv')
}

function slowOutputs(): readonly PlanOutput[] {
  return verdicts(slowPlan())
}

function verdicts(input: Plan): readonly PlanOutput[] {
  const matched: Plan = {
    kind: 'derive',
    input,
    columns: Array.from({length: 20}, (_, index) => ({
      name: `m${index}`,
      expr: {kind: 'matches', of: column('id'), pattern: `[0-9]+.*a{${index + 1}}[^b]*$`} as const,
    })),
  }
  const judged: Judged = {input: matched, judgements: [{id: 'id.required', when: isNull(column('id')), effect: 'quarantine'}]}
  return [
    output('good', {kind: 'verdict', of: judged, is: 'accepted'}),
    output('bad', {kind: 'verdict', of: judged, is: 'quarantined', reasons: 'r'}),
  ]
}

function output(name: string, plan: Plan): PlanOutput {
  return {name, plan, columns: planColumns(plan), format: 'parquet', directory: join(folder, 'out')}
}

function values(text: string): Plan {
  return {kind: 'values', columns: [{name: 'v', type: 'string'}], rows: [[text]]}
}

/** A program that tells the pid of its engine process as soon as that is busy. */
function parentScript(): string {
  const path = join(folder, 'parent.mjs')
  writeFileSync(join(folder, 'outputs.json'), JSON.stringify(slowOutputs()))
  const module = new URL('../../src/core/engine/polars/polars-engine.ts', import.meta.url).href
  const program = `
    import {readFileSync} from 'node:fs'
    const {openPolarsEngine} = await import(${JSON.stringify(module)})
    let pid
    const engine = await openPolarsEngine({onProcess: (started) => { pid = started }})
    const [good] = JSON.parse(readFileSync(${JSON.stringify(join(folder, 'outputs.json'))}, 'utf8'))
    await engine.write([good], {stagingDirectory: ${JSON.stringify(join(folder, 'staging'))}, onProgress: ({phase}) => phase === 'write' && process.send(pid)})
  `
  writeFileSync(path, program)
  return path
}

function kill(signal: NodeJS.Signals): void {
  for (const pid of pids) process.kill(pid, signal)
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function leftovers(): readonly string[] {
  return ['out', 'staging'].flatMap((name) => readdirSync(join(folder, name)))
}

async function failure(work: Promise<unknown>): Promise<HippoError> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof HippoError)) throw error
  return error
}
