// The built command line from outside: help, usage errors, JSON errors, exit codes, what start-up loads. Needs the build.
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {afterEach, describe, expect, it} from 'vitest'
import {projectRoot, runHippo} from '../support/run-hippo.ts'

interface Manifest {
  readonly version: string
  readonly commands: Readonly<
    Record<
      string,
      {readonly summary?: string; readonly examples?: readonly string[]; readonly flags: Readonly<Record<string, {readonly char?: string}>>}
    >
  >
}

const manifest = JSON.parse(await readFile(path.join(projectRoot, 'oclif.manifest.json'), 'utf8')) as Manifest
const names = Object.keys(manifest.commands).map((id) => id.replaceAll(':', ' '))
const folders: string[] = []

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, {recursive: true, force: true})
})

async function folder(yaml?: string): Promise<string> {
  const made = await mkdtemp(path.join(os.tmpdir(), 'hippo-cli-'))
  folders.push(made)
  if (yaml !== undefined) await writeFile(path.join(made, 'hippo.yaml'), yaml)
  return made
}

describe('help', () => {
  it.each([[['--help']], [['help']], [[]]])('shows every command once, under a task (%j)', async (argv) => {
    const {code, stdout} = await runHippo(argv)

    expect(code).toBe(0)
    const listed = stdout.split('\n').flatMap((line) => names.filter((name) => line.startsWith(`  ${name}  `)))
    expect(listed.toSorted()).toEqual(names.toSorted())
    expect(stdout).not.toContain('MORE')
  })

  it.each(names)('of %s has a summary and examples', async (name) => {
    const {code, stdout, stderr} = await runHippo(['help', ...name.split(' ')])
    const flagged = await runHippo([...name.split(' '), '--help'])

    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(manifest.commands[name.replaceAll(' ', ':')]?.summary)
    expect(stdout).toMatch(/EXAMPLES\n {2}\$ hippo /)
    expect(flagged.stdout).toBe(stdout)
  })

  it.each(names)('of %s gives examples that name the command and flags it has', (name) => {
    const {examples = [], flags} = manifest.commands[name.replaceAll(' ', ':')] ?? {flags: {}}

    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) {
      expect(example).toMatch(new RegExp(`^<%= config.bin %> ${name}( |$)`))
      for (const [, flag] of example.matchAll(/ --([a-z-]+)/g)) expect(Object.keys(flags)).toContain(flag)
    }
  })

  it.each([
    [['--help', '--json'], {items: expect.arrayContaining([{command: 'promote silver', summary: expect.any(String)}])}],
    [['--json'], {items: expect.any(Array)}],
    [['promote', '--json'], {topic: 'promote', items: [{command: 'promote gold'}, {command: 'promote silver'}]}],
    [['help', 'runs', 'show', '--json'], {command: 'runs show', arguments: [{name: 'run', required: true}]}],
    [['status', '--help', '--json'], {command: 'status', flags: expect.arrayContaining([expect.objectContaining({name: 'no-color'})])}],
    [['--version', '--json'], {version: manifest.version, node: process.versions.node}],
  ])('is one JSON document with --json: %j', async (argv, document) => {
    const {code, stdout, stderr} = await runHippo(argv)

    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject(document)
  })

  it('of a topic lists its commands', async () => {
    const {code, stdout} = await runHippo(['promote'])

    expect(code).toBe(0)
    expect(stdout).toContain('Move data one layer up')
    expect(stdout).toContain('promote silver')
  })

  it('survives a reader that takes one line, every time', async () => {
    const ends = []
    for (let round = 0; round < 8; round++) {
      ends.push(await runHippo(['--help'], {onStart: (child) => child.stdout?.once('data', () => child.stdout?.destroy())}))
    }

    expect(ends.map(({code, stderr}) => [code, stderr])).toEqual(ends.map(() => [0, '']))
  })
})

describe('usage errors', () => {
  it.each([
    [['ingset'], 'There is no command ingset. Did you mean hippo ingest?'],
    [['promote', 'slver'], 'There is no command promote slver. Did you mean hippo promote silver?'],
    [['promote', 'bronze'], 'There is no command promote bronze.'],
    [['help', 'nope'], 'There is no command nope.'],
    [['ingest', '--dry-rum'], 'There is no flag --dry-rum. Did you mean --dry-run?'],
    [['ingest', '--dataset', 'patient'], '--dataset is for files given by hand, and no file is named'],
    [['table', 'history'], 'DATASET is missing.'],
    [['run', '--wait-lock', 'soon'], '--wait-lock: Expected an integer but received: soon'],
    [['demo', '--faults', '7'], '--faults must be a number from 0 to 0.2'],
    [['dashboard'], 'The dashboard needs a terminal to draw on.'],
  ])('exit 2 with one sentence and a next step: %j', async (argv, message) => {
    const {code, stdout, stderr} = await runHippo(argv)

    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(`✖ ${message}`)
    expect(stderr).toMatch(/\n {2}next: hippo /)
  })

  it('is one small JSON document on stdout with --json, without arguments or configuration', async () => {
    const {code, stdout, stderr} = await runHippo(['ingest', 'patient-4711', '--bogus', '--json'])

    expect([code, stderr]).toEqual([2, ''])
    expect(JSON.parse(stdout)).toEqual({
      error: {code: 'CONFIG_USAGE', message: 'There is no flag --bogus.', hint: 'hippo ingest --help', exitCode: 2, retryable: false},
    })
  })

  it('is JSON for an unknown command, too', async () => {
    const {code, stdout} = await runHippo(['nope', '--json'])

    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({error: {code: 'CONFIG_USAGE', exitCode: 2}})
  })

  it.each(['rollback', 'promote silver person --skip-batch 3 --reason x'])(
    'asks nobody when nobody is there, and names the flag: %s',
    async (verb) => {
      const {code, stderr} = await runHippo([...verb.split(' '), '-w', await folder('name: x\n')])

      expect(code).toBe(2)
      expect(stderr).toContain('--yes')
    },
  )
})

describe('a workspace', () => {
  it('is missed with a next step', async () => {
    const {code, stderr} = await runHippo(['config'], {cwd: await folder()})

    expect(code).toBe(2)
    expect(stderr).toContain('there is no hippo.yaml in ')
    expect(stderr).toContain('next: make one with hippo init, or name it with --workspace DIR')
  })

  it('with a mistake is shown the line and the place', async () => {
    const {code, stderr} = await runHippo(['config'], {cwd: await folder('name: clinic\nlaek: ./lake\n')})

    expect(code).toBe(2)
    expect(stderr).toBe(
      [
        '✖ hippo.yaml:2:1  unknown key laek',
        '    2 │ laek: ./lake',
        '      │ ^',
        '  next: did you mean lake?',
        '  CONFIG_KEY_UNKNOWN, exit 2',
        '',
      ].join('\n'),
    )
  })

  it('gives the place of a mistake in JSON', async () => {
    const {stdout} = await runHippo(['config', '--json'], {cwd: await folder('name: clinic\nlaek: ./lake\n')})

    expect(JSON.parse(stdout)).toMatchObject({error: {code: 'CONFIG_KEY_UNKNOWN', location: {file: 'hippo.yaml', line: 2, column: 1}}})
  })

  it('shows each setting with where it came from, and no secret', async () => {
    const cwd = await folder(`name: clinic\ns3: {secretKey: "\${KEY}"}\n`)

    const {code, stdout} = await runHippo(['config', '--json', '--lake', 'other'], {
      cwd,
      env: {KEY: 'hunter2', HIPPO_DATABASE_URL: 'postgres://u:hunter2@h/d'},
    })

    expect(code).toBe(0)
    expect(stdout).not.toContain('hunter2')
    const {items} = JSON.parse(stdout) as {items: {key: string; value: unknown; origin: string; detail?: string}[]}
    expect(items.map(({key, origin, detail}) => `${key} ${origin} ${detail ?? ''}`.trim())).toEqual(
      expect.arrayContaining([
        'name file hippo.yaml:1',
        'lake flag --lake',
        'database environment HIPPO_DATABASE_URL',
        's3.secretKey file hippo.yaml:2',
        's3.region default',
      ]),
    )
  })

  it('of hippo init loads', async () => {
    const cwd = await folder()

    const made = await runHippo(['init', 'ward', '--json'], {cwd})
    const shown = await runHippo(['config', '--json'], {cwd: path.join(cwd, 'ward')})

    expect([made.code, shown.code]).toEqual([0, 0])
    expect(JSON.parse(shown.stdout)).toMatchObject({items: expect.arrayContaining([expect.objectContaining({key: 'name', value: 'ward'})])})
  })
})

describe('colour', () => {
  it('is there when forced and gone with --no-color', async () => {
    const cwd = await folder('name: clinic\n')

    const forced = await runHippo(['config'], {cwd, env: {FORCE_COLOR: '1'}})
    const without = await runHippo(['config', '--no-color'], {cwd, env: {FORCE_COLOR: '1'}})

    expect(forced.stdout).toContain('\u001b[')
    expect(without.stdout).not.toContain('\u001b[')
    expect(without.code).toBe(0)
  })
})

describe('an interruption', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s ends a waiting command with %i', async (signal, expected) => {
    const {code, stdout} = await runHippo(['query', '-', '--json'], {
      keepInput: true,
      onStart: (child) => setTimeout(() => child.kill(signal), 1500),
    })

    expect(code).toBe(expected)
    expect(JSON.parse(stdout)).toMatchObject({error: {code: 'RUN_INTERRUPTED', exitCode: expected}})
  })
})

describe('start-up', () => {
  const spy =
    'import {registerHooks} from "node:module"; const seen = []; registerHooks({load(url, context, next) { seen.push(url); return next(url, context) }}); process.on("exit", () => process.stderr.write("LOADED " + JSON.stringify(seen)))'
  const heavy = [
    'nodejs-polars',
    'ink',
    'react',
    'pg',
    'pg-copy-streams',
    'minio',
    'zod',
    'yaml',
    'libpg-query',
    'hyparquet',
    'pino',
    '@opentelemetry/api',
  ]

  /** Packages whose code is in the files that one invocation loaded, by what the build says is in each file. */
  async function loadedPackages(argv: readonly string[], cwd?: string): Promise<readonly string[]> {
    const {outputs} = JSON.parse(await readFile(path.join(projectRoot, 'dist', 'meta.json'), 'utf8')) as {
      outputs: Record<string, {inputs: Record<string, unknown>}>
    }
    const {stderr} = await runHippo(argv, {
      nodeArguments: ['--import', `data:text/javascript,${encodeURIComponent(spy)}`],
      ...(cwd ? {cwd} : {}),
    })
    const urls = JSON.parse(stderr.slice(stderr.indexOf('LOADED ') + 7)) as readonly string[]
    const files = urls.flatMap((url) => {
      const file = url.startsWith('file://') ? path.relative(projectRoot, new URL(url).pathname) : url
      return [file, ...Object.keys(outputs[file]?.inputs ?? {})]
    })
    return [...new Set(files.flatMap((file) => file.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1] ?? []))]
  }

  it.each([[['--version']], [['--help']], [['promote', 'silver', '--help']], [['nope']]])('of %j loads no heavy package', async (argv) => {
    const loaded = await loadedPackages(argv)

    expect(loaded.filter((name) => heavy.includes(name))).toEqual([])
  })

  it('of --version loads nothing of the bundle', async () => {
    expect(await loadedPackages(['--version'])).toEqual([])
  })

  it.each([[['--help']], [['help']], [['nope']]])('of %j does without oclif', async (argv) => {
    expect(await loadedPackages(argv)).not.toContain('@oclif/core')
  })

  it('notices what a command does load', async () => {
    const loaded = await loadedPackages(['config'], await folder('name: x\n'))

    expect(loaded).toEqual(expect.arrayContaining(['yaml', 'zod', '@oclif/core']))
    expect(loaded.filter((name) => ['nodejs-polars', 'ink', 'react', 'pg', 'minio', 'hyparquet'].includes(name))).toEqual([])
  })
})

describe('a file and a contract', () => {
  const contract = path.join(projectRoot, 'test/fixtures/workspaces/ward/contracts/setting.odcs.yaml')

  it('are judged where there is no workspace, and leave nothing behind', async () => {
    const place = await folder()
    await writeFile(path.join(place, 'settings.csv'), 'key,value\na,1\nb,x\n')

    const {code, stdout} = await runHippo(['validate', '--file', 'settings.csv', '--contract', contract, '--json'], {
      cwd: place,
      env: {TMPDIR: place},
    })

    expect(code).toBe(3)
    const {run, datasets} = JSON.parse(stdout)
    expect(run).toMatchObject({verb: 'validate', state: 'gated'})
    expect(datasets[0].checks).toContainEqual(expect.objectContaining({id: 'value.type', outcome: 'failed', violated: 1, denominator: 2}))
    expect(await readdir(place)).toEqual(['settings.csv'])
  })

  it('are not judged elsewhere when the workspace that was named is not there', async () => {
    const place = await folder()

    const {code, stderr} = await runHippo(['validate', '-w', place, '--file', 'x.csv', '--contract', contract])

    expect(code).toBe(2)
    expect(stderr).toContain('CONFIG_NOT_FOUND')
  })
})
