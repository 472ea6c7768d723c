// The whole job with the lake in a bucket: the demo as a user runs it, a second delivery that merges, a verb killed in the
// middle of its commits, rollback, rebuild, doctor. What comes out is what comes out of a local folder.
import {appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {testDatabase} from '../support/postgres.ts'
import {runHippo} from '../support/run-hippo.ts'
import {hasS3Server, startS3Server, type TestS3Server, testBucket} from '../support/s3-server.ts'

describe.skipIf(!hasS3Server())('hippo with its lake in a bucket', () => {
  let server: TestS3Server
  let folder: string
  let lakes: readonly [inBucket: Lake, inFolder: Lake]

  type Answer = Readonly<Record<string, unknown>>

  interface Lake {
    readonly root: string
    readonly env: Readonly<Record<string, string>>
    close(): Promise<void>
  }

  async function lake(name: string, env: Readonly<Record<string, string>>): Promise<Lake> {
    const database = await testDatabase()
    return {
      root: path.join(folder, name),
      env: {HIPPO_DATABASE_URL: database.url, HIPPO_ACTOR: 'tester', ...env},
      close: () => database.close(),
    }
  }

  beforeAll(async () => {
    server = await startS3Server()
    folder = mkdtempSync(path.join(tmpdir(), 'hippo-s3-demo-'))
    const {endpoint = '', accessKey = '', secretKey = ''} = server.s3
    const secretFile = path.join(folder, 'secret')
    writeFileSync(secretFile, `${secretKey}\n`)
    const s3 = {HIPPO_S3_ENDPOINT: endpoint, HIPPO_S3_ACCESS_KEY: accessKey, HIPPO_S3_SECRET_KEY_FILE: secretFile}
    lakes = [await lake('in-bucket', {HIPPO_LAKE: `s3://${testBucket}/clinic`, ...s3}), await lake('in-folder', {})]
  })
  afterAll(async () => {
    for (const one of lakes ?? []) await one.close()
    await server.close()
    rmSync(folder, {recursive: true, force: true})
  })

  /** The JSON of a command that must end well. */
  async function hippo({root, env}: Lake, ...argv: readonly string[]): Promise<Answer> {
    const isDemo = argv[0] === 'demo'
    const {code, stdout, stderr} = await runHippo([...argv, ...(isDemo ? [root] : ['--workspace', root]), '--json', '--quiet'], {env})
    if (code !== 0) throw new Error(`hippo ${argv.join(' ')} ended with ${code}: ${stdout}${stderr}`)
    return JSON.parse(stdout) as Answer
  }

  const both = async (...argv: readonly string[]): Promise<readonly [Answer, Answer]> => {
    const [inBucket, inFolder] = lakes
    return Promise.all([hippo(inBucket, ...argv), hippo(inFolder, ...argv)])
  }
  const counts = async (): Promise<readonly unknown[]> => {
    const sql = `select md5(string_agg(p::text, ' ' order by p::text)), count(*) from gold.patient p`
    return (await both('query', sql)).map(({rows}) => rows)
  }

  it('finds every planted fault of the demo, as in a local folder', async () => {
    const [inBucket, inFolder] = await both('demo', '--patients', '30', '--seed', '7')

    expect(inBucket.falseAlarms).toBe(0)
    expect(inBucket.truth).toEqual(inFolder.truth)
    expect(
      Object.values(inBucket.truth as Record<string, {planted: number; found: number}>).every(({planted, found}) => planted === found),
    ).toBe(true)
    const [bucketRows, folderRows] = await counts()
    expect(bucketRows).toEqual(folderRows)
    expect(existsSync(path.join(lakes[0].root, '.hippo', 'lake'))).toBe(false)
  })

  it('merges what comes later, and ends the same when it is killed on its way', async () => {
    const newest =
      readdirSync(path.join(lakes[0].root, 'inbox', 'ehr'))
        .sort()
        .at(-1) ?? ''
    for (const {root} of lakes) {
      const [from, to] = [path.join(root, 'inbox', 'ehr', newest), path.join(root, 'inbox', 'ehr', '2026-12-01')]
      mkdirSync(to)
      cpSync(path.join(from, 'patients.csv'), path.join(to, 'patients.csv'))
      const [header = ''] = readFileSync(path.join(to, 'patients.csv'), 'utf8').split('\n')
      // The same patients again, and one more who is nobody.
      appendFileSync(path.join(to, 'patients.csv'), `P9999999${','.repeat(header.split(',').length - 1)}\n`)
    }

    const killed = await killedPromotion(lakes[0])
    const results = await both('run')

    expect(killed).toBe('SIGKILL')
    for (const {state} of results.map(({run}) => run as {state: string})) expect(['succeeded', 'gated']).toContain(state)
    const [bucketRows, folderRows] = await counts()
    expect(bucketRows).toEqual(folderRows)
    expect((await both('run')).map(({run}) => (run as {state: string}).state)).toEqual(['noop', 'noop'])
  })

  it('shows, judges, rebuilds and rolls back', async () => {
    const [quarantined, folderQuarantined] = await both('quarantine', 'show', 'observation', '--limit', '1000')
    const rowsOf = (list: Answer) =>
      (list.items as {reasons: string[]; row: number; values: unknown}[]).map(({reasons, row, values}) => ({reasons, row, values}))
    expect(rowsOf(quarantined)).toEqual(rowsOf(folderQuarantined))
    expect(rowsOf(quarantined).length).toBeGreaterThan(0)

    const [rebuilt] = await both('promote', 'silver', 'patient', '--full')
    expect((rebuilt.datasets as {state: string}[]).map(({state}) => state)).toEqual(['noop'])
    const [validated, folderValidated] = await both('validate', 'patient')
    const checksOf = (result: Answer) => (result.datasets as {checks: unknown[]}[])[0]?.checks
    expect(checksOf(validated)).toEqual(checksOf(folderValidated))
    expect((await both('rollback', '--yes')).map(({run}) => (run as {state: string}).state)).toEqual(['succeeded', 'succeeded'])
    expect(readdirSync(path.join(lakes[0].root, '.hippo', 'staging'))).toEqual([])
  })

  it('says in hippo doctor what the server is, and in hippo config no secret', async () => {
    const {findings} = (await hippo(lakes[0], 'doctor')) as {findings: {check: string; state: string; detail: string}[]}
    const config = JSON.stringify(await hippo(lakes[0], 'config'))

    const found = findings.find(({check}) => check === 'lake')
    expect(found?.state).toBe('ok')
    expect(found?.detail).toContain('conditional put: one writer wins')
    for (const secret of [server.s3.accessKey ?? '', server.s3.secretKey ?? '']) expect(config).not.toContain(`"${secret}"`)
  })

  /** Ends a promotion with kill -9 once it has put something into a table's log. */
  async function killedPromotion(one: Lake): Promise<string | null> {
    await hippo(one, 'ingest')
    const program = path.join(import.meta.dirname, '..', 'support', 'run-verb.ts')
    const {signal} = await runHippo([one.root, JSON.stringify({verb: 'promoteSilver'})], {
      script: program,
      env: {...one.env, KILL_AFTER_PUT_OF: '_delta_log'},
    })
    return signal
  }
})
