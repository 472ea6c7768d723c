// The dashboard as people use it: the built program on a real terminal (tmux), over a ward that another process works on.
import {existsSync} from 'node:fs'
import path from 'node:path'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {projectRoot} from '../support/run-hippo.ts'
import {hasTmux, openTmux, type TmuxPane} from '../support/tmux.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const isRequired = (process.env.HIPPO_TEST_REQUIRE ?? '').split(',').includes('tmux')
const missing = whatIsMissing()
if (missing !== undefined) {
  if (isRequired) throw new Error(`HIPPO_TEST_REQUIRE lists tmux, but ${missing}`)
  console.log(`skipped: the dashboard on a terminal (${missing})`)
}

function whatIsMissing(): string | undefined {
  if (!hasTmux()) return 'tmux is not installed'
  return existsSync(path.join(projectRoot, 'dist', 'main.js')) ? undefined : 'dist/ is not built'
}

describe.skipIf(missing !== undefined)('hippo dashboard on a terminal', () => {
  let ward: TestWorkspace
  let pane: TmuxPane | undefined

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.write('inbox/persons-1.csv', 'id,name,born,weight\np1,Ann,1980-01-01,70\np2,Carl,1980-01-01,900\n')
    await ward.conform({fresh: true})
  }, 120_000)

  afterEach(() => pane?.close())
  afterAll(() => ward.close())

  async function open(columns = 80, rows = 24): Promise<TmuxPane> {
    const env = {...ward.env, LANG: 'C.UTF-8', TERM: 'screen-256color', CI: 'true'} as Record<string, string>
    pane = await openTmux({
      command: [process.execPath, path.join(projectRoot, 'bin', 'run.js'), 'dashboard', '--workspace', ward.root],
      columns,
      rows,
      env,
    })
    return pane
  }

  it('moves, opens, goes back, jumps, and gives the terminal back on q', async () => {
    const pane = await open()
    const first = await pane.until('DATASETS')
    await pane.press('Down', 'Enter')
    const opened = await pane.until('STATE')
    await pane.press('Escape')
    await pane.until('DATASETS')
    await pane.press('g', 'q')
    const quality = await pane.until('weight.range')
    await pane.press('q')

    expect(first).toContain('● live')
    expect(first).toContain('1 row in quarantine')
    expect(opened).toContain('Overview ▸ person')
    expect(quality).toContain('need a look')
    expect(await pane.ended()).toEqual({code: 0, alternateScreen: false})
  })

  it('opens a check down to a rejected row, with protected values masked', async () => {
    const pane = await open(120, 40)
    await pane.until('DATASETS')
    await pane.press('2')
    await pane.until('weight.range')
    await pane.press('Enter')
    await pane.until('persons-1.csv')
    await pane.press('g', 'g', 'Enter')
    const row = await pane.until('AS RECEIVED')

    expect(row).toMatch(/name +••••/)
    expect(row).toMatch(/weight +900/)
    expect(row).not.toContain('Carl')
  })

  it('shows by itself what another process did', async () => {
    const pane = await open()
    await pane.until('DATASETS')
    await pane.press('3')
    await pane.until('RUNS')
    const running = ward.spawn({verb: 'ingest', sources: []})
    await running.end

    await pane.until('noop', 5000)
  })

  it('shows a run of another process while it goes on, with its step', async () => {
    ward.write('inbox/persons-2.csv', 'id,name,born,weight\np3,Dora,1980-01-01,70\n')
    await ward.run({verb: 'ingest', sources: []})
    const pane = await open(120, 30)
    await pane.until('DATASETS')
    const running = ward.spawn({verb: 'promoteSilver', datasets: []})

    const going = await pane.until('RUNNING')
    await running.end
    const done = await pane.until(/person +v1 /)

    expect(going).toMatch(/◐ {2}promote silver/)
    expect(done).toContain('NEEDS A PERSON')
  })

  it('lays itself out anew when the terminal changes its size', async () => {
    const pane = await open(100, 24)
    await pane.until('DATASETS')

    await pane.resize(70, 16)

    expect((await pane.until(/^─{70}$/m)).split('\n').length).toBeLessThanOrEqual(16)
  })

  it('gives the terminal back on Ctrl-C and exits with 130', async () => {
    const pane = await open()
    await pane.until('DATASETS')

    await pane.press('C-c')

    expect(await pane.ended()).toEqual({code: 130, alternateScreen: false})
  })

  it('gives the terminal back on SIGTERM and exits with 143', async () => {
    const pane = await open()
    await pane.until('DATASETS')

    process.kill(pane.pid, 'SIGTERM')

    expect(await pane.ended()).toEqual({code: 143, alternateScreen: false})
  })
})
