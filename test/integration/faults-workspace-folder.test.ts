// The folder that holds lake and database: removed while a run goes, or somebody else's. What happened is said, not what follows.
import {spawnSync} from 'node:child_process'
import {chmodSync, existsSync, mkdirSync, rmSync} from 'node:fs'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {ingest} from '../../src/core/index.ts'
import {isRunning, processesAbout} from '../support/processes.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

describe.each(['shared', 'embedded'] as const)('the folder .hippo, with a database that is %s', (database) => {
  let ward: TestWorkspace
  let folder: string

  beforeEach(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward', database})
    folder = path.join(ward.root, '.hippo')
    ward.write('inbox/settings.csv', 'key,value\na,1\n')
  }, 60_000)

  afterEach(async () => {
    if (existsSync(folder)) chmodSync(folder, 0o711)
    await ward.close()
    // A server whose folder is gone cannot be stopped by it any more, and would notice by itself only within a minute.
    for (const pid of processesAbout(ward.root)) if (isRunning(pid)) process.kill(pid, 'SIGKILL')
  })

  it.each([4, 8])(
    'is said to be gone when it is removed while a run goes, after %i events',
    async (events) => {
      await ward.use((workspace) => ingest(workspace, {sources: []}))
      for (const day of [1, 2, 3]) {
        const rows = Array.from({length: 40_000}, (_, n) => `p${n},Ann ${n},,${(n + day) % 400}`)
        ward.write(`inbox/${day}/persons.csv`, `id,name,born,weight\n${rows.join('\n')}\n`)
      }
      const running = ward.spawn({verb: 'run'}, {STOP_AFTER_LINES: String(events)})

      await running.said(events)
      rmSync(folder, {recursive: true, force: true, maxRetries: 5})
      running.child.kill('SIGCONT')
      const {code, error} = await running.end

      expect({code, error: error?.code}).toEqual({code: 4, error: 'STORE_UNREADABLE'})
      expect(error?.message).toMatch(/^the folder .*\.hippo.* was removed or replaced while the run was going$/)
      expect(error?.hint).toContain('backup')
    },
    60_000,
  )
})

const nobody = 65_534
const asNobody = [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups']
const library = new URL('../../src/core/index.ts', import.meta.url)
const canBeNobody = spawnSync('setpriv', [...asNobody, 'cat', fileURLToPath(library)]).status === 0
if (!canBeNobody) console.log('skipped: folders of other users: only root can become somebody else, who must be able to read this clone')

describe.skipIf(!canBeNobody)('a workspace folder of another user', () => {
  let ward: TestWorkspace

  beforeEach(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    spawnSync('chown', ['-R', String(nobody), ward.root])
  }, 60_000)

  afterEach(() => ward?.close())

  /** Opens the port as a user who owns the workspace, but not what root made in it. */
  function refusalBy(port: 'store' | 'stagingDirectory' | 'database'): {
    readonly code: string
    readonly message: string
    readonly hint: string
  } {
    const script = `import {openWorkspace} from ${JSON.stringify(library.href)}
      const workspace = await openWorkspace({directory: ${JSON.stringify(ward.root)}, env: {HIPPO_ACTOR: 'tester'}})
      await workspace.${port}().catch(({code, message, hint}) => console.log(JSON.stringify({code, message, hint})))`
    const {stdout, stderr} = spawnSync('setpriv', [...asNobody, process.execPath, '--input-type=module', '-e', script], {encoding: 'utf8'})
    if (stdout === '') throw new Error(`no error: ${stderr}`)
    return JSON.parse(stdout)
  }

  it.each(['store', 'stagingDirectory', 'database'] as const)('is named with its owner and what to do, by %s', (port) => {
    mkdirSync(path.join(ward.root, '.hippo'), {mode: 0o755})

    const {code, message, hint} = refusalBy(port)

    expect(code).toBe('STORE_UNWRITABLE')
    expect(message).toContain(`${ward.root}/.hippo belongs to root; `)
    expect(hint).toMatch(/^run hippo as root, or let root hand it over: chown -R \S+ .*\.hippo$/)
  })

  it('is told from one that is closed to its owner', () => {
    mkdirSync(path.join(ward.root, '.hippo'), {mode: 0o500})
    spawnSync('chown', [String(nobody), path.join(ward.root, '.hippo')])

    expect(refusalBy('store')).toMatchObject({
      message: expect.stringContaining('is closed to its owner'),
      hint: expect.stringMatching(/^open it: chmod u\+rwx /),
    })
  })
})
