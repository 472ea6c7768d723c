#!/usr/bin/env node
// The door of the command line, in plain JavaScript for any Node: it finds a Node that is new enough, switches the compile
// cache on, owns the signals and the broken pipes, and hands over to dist/main.js. Nothing else happens here.
import {spawn} from 'node:child_process'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import module from 'node:module'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const oldestNode = [22, 18]
const interruptCodes = {SIGINT: 130, SIGTERM: 143, SIGHUP: 143}
// `timeout`, and a parent that passes on what the terminal also sent to its whole group, deliver one signal twice.
const sameSignalMs = 400

// Says to the other half that its channel leads to the launcher and not to a program that called hippo.
const launched = 'HIPPO_LAUNCHED'

if (isNewEnough(process.versions.node)) start(process.argv.slice(2))
else runOnFetchedNode()

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])
}

function start(given) {
  endWithLauncher()
  const argv = withoutColorFlag(given)
  if (argv.length === 1 && argv[0] === '--version') return printVersion()
  const controller = new AbortController()
  let interruptCode
  let interruptedAtMs = 0
  for (const [signal, code] of Object.entries(interruptCodes)) {
    process.on(signal, () => {
      if (interruptCode === undefined) {
        interruptCode = code
        interruptedAtMs = Date.now()
        controller.abort()
      } else if (Date.now() - interruptedAtMs > sameSignalMs) {
        process.exit(interruptCode)
      }
    })
  }
  survivePipes()
  // A folder of our own: the default one lies in the shared temporary directory.
  module.enableCompileCache?.(path.join(root, 'dist', '.compile-cache'))
  const main = path.join(root, 'dist', 'main.js')
  if (!existsSync(main)) return refuse('hippo is not built yet')
  import('../dist/main.js')
    .then((built) => built.main({argv, root, signal: controller.signal, interruptCode: () => interruptCode ?? 130}))
    .then(leave, crash)
}

/** A launcher that is killed cannot pass that on: nothing of a command may go on, commit or hold a lock after it. */
function endWithLauncher() {
  if (process.env[launched] === undefined) return
  delete process.env[launched]
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  process.channel?.unref()
}

/** Ends with `code` once everything written has left the process. */
function leave(code) {
  process.exitCode = code
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
}

/** Only the class of the error is shown: its text may hold a value. HIPPO_DEBUG=1 adds the stack without it. */
function crash(error) {
  process.stderr.write(`✖ unexpected ${error?.name ?? typeof error}: a bug in hippo      RUN_INTERNAL, exit 1\n`)
  if (process.env.HIPPO_DEBUG)
    process.stderr.write(
      `${String(error?.stack)
        .split('\n')
        .filter((line) => /^ +at /.test(line))
        .join('\n')}\n`,
    )
  leave(1)
}

/** A reader that left (`hippo … | head -1`) ends the command quietly; nobody reading the progress stops nothing. */
function survivePipes() {
  process.stdout.on('error', (error) => {
    if (error.code !== 'EPIPE') crash(error)
    process.exit(process.exitCode ?? 0)
  })
  process.stderr.on('error', (error) => {
    if (error.code !== 'EPIPE') process.exit(1)
  })
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
}

function withoutColorFlag(argv) {
  const end = argv.indexOf('--')
  const isFlag = (argument, index) => argument === '--no-color' && (end === -1 || index < end)
  if (!argv.some(isFlag)) return argv
  process.env.NO_COLOR = '1'
  delete process.env.FORCE_COLOR
  return argv.filter((argument, index) => !isFlag(argument, index))
}

function printVersion() {
  const {version} = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  process.stdout.on('error', () => process.exit(0))
  process.stdout.write(`hippo ${version} (node ${process.versions.node}, ${process.platform}-${process.arch})\n`)
}

/** Runs this same file on the Node that set-up fetched into the clone; signals, streams and exit code pass through. */
function runOnFetchedNode() {
  const node = fetchedNode()
  if (!node)
    return refuse(`hippo needs Node ${oldestNode.join('.')} or newer; this is ${process.versions.node}, and no newer one was fetched yet`)
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {...process.env, [launched]: '1'},
  })
  for (const signal of Object.keys(interruptCodes)) process.on(signal, () => child.kill(signal))
  child.on('error', () => refuse(`${node} cannot be run`))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

function fetchedNode() {
  const folder = path.join(root, '.tools', 'node_modules')
  if (!existsSync(folder)) return undefined
  const binary = path.join('bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return readdirSync(folder)
    .filter((name) => name.startsWith('node-'))
    .map((name) => path.join(folder, name, binary))
    .find((file) => existsSync(file))
}

function refuse(message) {
  process.stderr.write(`✖ ${message}.\n  next: npm start, in ${root}\n`)
  process.exitCode = 4
}
