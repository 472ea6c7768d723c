// Every example of every help page is typed as it stands, in a workspace that has what the examples name.
import {spawn, spawnSync} from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {projectRoot} from '../support/run-hippo.ts'

interface Manifest {
  readonly commands: Readonly<Record<string, {readonly examples: readonly string[]}>>
}

const manifest = JSON.parse(readFileSync(path.join(projectRoot, 'oclif.manifest.json'), 'utf8')) as Manifest
const examples = Object.values(manifest.commands)
  .flatMap((command) => command.examples.map((example) => example.replaceAll('<%= config.bin %>', 'hippo')))
  // What stops the server comes last.
  .toSorted((a, b) => Number(a.startsWith('hippo down')) - Number(b.startsWith('hippo down')))

/** Those that rightly end with another code here than 0. */
const codes: Readonly<Record<string, number>> = {
  // There is no terminal.
  'hippo dashboard': 2,
  'hippo dashboard --workspace clinic': 2,
  // The file has planted faults.
  'hippo validate --file patients.csv --contract contracts/patient.odcs.yaml': 3,
  // No batch 7 was gated.
  'hippo promote silver observation --skip-batch 7 --reason "sent again as batch 8" --yes': 2,
  'hippo status --watch': 130,
  // Nobody sends an id on standard input.
  'hippo trace quarantine.observation - --json': 2,
  'hippo forget - --reason "request of 2026-11-20" --yes': 2,
  'hippo hold place - --reason "case 17 of 2026"': 2,
  'hippo quarantine comment observation - --batch 7 --row 12': 2,
  // No hold is on anybody.
  'hippo hold release HOLD --reason "case closed" --yes': 2,
  // The contracts of the demo ask for no feed of changes.
  'hippo table changes observation': 2,
  'hippo table changes observation --from 0 --to 1 --rows 5': 2,
  // Nobody asked for anything.
  'hippo quarantine approve 3 --dry-run': 2,
  'hippo quarantine approve 3 --yes': 2,
  // There is nothing to do.
  'hippo run nightly --json --idle-exit 99': 99,
}

let folder: string
let env: NodeJS.ProcessEnv
let run = ''

/** `hippo` by its name, so that an example is what it says. */
function prepareShell(): void {
  const bin = path.join(folder, 'bin')
  mkdirSync(bin)
  writeFileSync(path.join(bin, 'hippo'), `#!/bin/sh\nexec '${process.execPath}' '${path.join(projectRoot, 'bin', 'run.js')}' "$@"\n`)
  chmodSync(path.join(bin, 'hippo'), 0o755)
  const kept = Object.entries(process.env).filter(
    ([name]) => name === 'HIPPO_PG_BIN' || !/^(HIPPO_|NO_COLOR|FORCE_COLOR|VITEST|NODE_ENV)/.test(name),
  )
  env = {...Object.fromEntries(kept), PATH: `${bin}${path.delimiter}${process.env.PATH}`}
}

const shell = (command: string, cwd: string) => spawnSync('sh', ['-c', command], {cwd, env, encoding: 'utf8'})

beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hippo-examples-')))
  prepareShell()
  // As a demo leaves behind that was killed at its very start; no process has such an id.
  mkdirSync(path.join(folder, 'ward.4194399.new'))
  const made = shell('hippo demo ward --patients 12 --quiet', folder)
  expect([made.status, made.stderr]).toEqual([0, ''])
  const ward = path.join(folder, 'ward')
  // A second version, so that there is one to go back to.
  appendFileSync(path.join(ward, 'models', 'admissions_daily.sql'), '\n-- as before\n')
  expect(shell('hippo promote gold admissions_daily && hippo publish', ward).status).toBe(0)
  const {items} = JSON.parse(shell('hippo runs list --json', ward).stdout) as {items: {id: string; verb: string}[]}
  run = items.find(({verb}) => verb === 'promote gold')?.id ?? ''
  const [delivery = ''] = shell('ls inbox/ehr', ward).stdout.split('\n')
  copyFileSync(path.join(ward, 'inbox', 'ehr', delivery, 'observations.csv'), path.join(ward, 'labs-march.csv'))
  copyFileSync(path.join(ward, 'inbox', 'ehr', delivery, 'patients.csv'), path.join(ward, 'patients.csv'))
  mkdirSync(path.join(ward, 'drafts'))
  copyFileSync(path.join(ward, 'contracts', 'patient.odcs.yaml'), path.join(ward, 'drafts', 'patient.odcs.yaml'))
  mkdirSync(path.join(ward, 'lab'))
  writeFileSync(path.join(ward, 'lab', 'results.csv'), 'id,value\na,1\nb,2\n')
  writeFileSync(path.join(ward, 'lab', 'results.sql'), 'create table results (id text primary key, value numeric(8,2))')
  const [drafted, strict] = ['patient', 'strict'].map((name) => path.join(ward, 'drafts', `${name}.odcs.yaml`))
  writeFileSync(strict ?? '', readFileSync(drafted ?? '', 'utf8').replace("'1850-01-01'", "'1900-01-01'"))
  writeFileSync(path.join(ward, 'question.sql'), 'select count(*) from gold.admissions_daily')
}, 120_000)

afterAll(() => {
  for (const workspace of ['ward', 'ward/hippo-demo', 'ward/big-clinic', 'ward/clinic'])
    shell('hippo down --quiet', path.join(folder, workspace))
  rmSync(folder, {recursive: true, force: true})
})

/** The example with the size and the run of this workspace in place of those of the page. */
const typed = (example: string): string =>
  example
    .replace(/^hippo demo$/, '$& --patients 5')
    .replace('--patients 100000', '--patients 5')
    .replace('0192f8a3', run)

describe('a demo', () => {
  it('cleans up after one that died while it made the same folder', () => {
    expect(existsSync(path.join(folder, 'ward', 'hippo.yaml'))).toBe(true)
    expect(existsSync(path.join(folder, 'ward.4194399.new'))).toBe(false)
  })
})

describe('an example of the help', () => {
  it.each(examples.filter((example) => !example.endsWith('--watch')))(
    '%s works as it stands',
    (example) => {
      const {status, stdout, stderr} = shell(typed(example), path.join(folder, 'ward'))

      expect({status, said: status === (codes[example] ?? 0) ? '' : `${stdout}${stderr}`}).toEqual({status: codes[example] ?? 0, said: ''})
      if (example.endsWith('--json')) expect(JSON.parse(stdout)).toBeTypeOf('object')
    },
    60_000,
  )

  it('hippo status --watch goes on until it is interrupted', async () => {
    const child = spawn(path.join(folder, 'bin', 'hippo'), ['status', '--watch'], {cwd: path.join(folder, 'ward'), env})
    const code = new Promise((resolve) => child.on('close', resolve))

    await new Promise((resolve) => child.stdout.once('data', resolve))
    child.kill('SIGINT')

    expect(await code).toBe(codes['hippo status --watch'])
  }, 60_000)
})
