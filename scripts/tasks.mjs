// What `npm start`, `npm test` and their siblings do once the clone is set up. Each task returns an exit code.
import {spawnSync} from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import {findOrBuildServer} from './s3-server.mjs'

const bin = (context, name) => path.join(context.root, 'node_modules', ...name.split('/'))

/** Runs one program on the chosen Node and returns its exit code. */
function run(context, script, args, extraEnv = {}) {
  const {status, signal} = spawnSync(context.node, [script, ...args], {
    stdio: 'inherit',
    cwd: context.root,
    env: {...context.env, ...extraEnv},
  })
  return signal ? 130 : (status ?? 1)
}

/** Runs programs until one fails. */
function inOrder(context, programs) {
  for (const [script, ...args] of programs) {
    const code = run(context, script, args)
    if (code !== 0) return code
  }
  return 0
}

const hippo = (context, ...args) => run(context, path.join(context.root, 'bin', 'run.js'), args)

function start(context) {
  const workspace = path.join(context.root, 'hippo-demo')
  const demo = hippo(context, 'demo', workspace, ...context.args)
  if (demo === 0 && process.stdin.isTTY && process.stdout.isTTY) hippo(context, 'dashboard', '--workspace', workspace)
  if (demo === 0) console.log(`In this clone, hippo is: node ${path.relative(process.cwd(), path.join(context.root, 'bin', 'run.js'))}`)
  // Nothing stays running; the next command starts the server again in well under a second.
  hippo(context, 'down', '--workspace', workspace, '--quiet')
  return demo
}

function build(context) {
  return run(context, path.join(context.root, 'scripts', 'build.mjs'), [])
}

/** Everything that judges the code without running it. */
function check(context) {
  return inOrder(context, [
    [bin(context, '@biomejs/biome/bin/biome'), 'ci', '.'],
    [bin(context, 'typescript/bin/tsc'), '-p', '.'],
    [bin(context, 'dependency-cruiser/bin/dependency-cruiser.mjs'), 'src', '--config', '.dependency-cruiser.mjs', '--output-type', 'err'],
    [bin(context, 'knip/bin/knip.js'), '--no-progress'],
  ])
}

function vitest(context, extraEnv) {
  const report = path.join(context.root, 'node_modules', '.vitest-report.json')
  fs.rmSync(report, {force: true})
  const code = run(
    context,
    bin(context, 'vitest/vitest.mjs'),
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...context.args],
    extraEnv,
  )
  if (fs.existsSync(report)) {
    const {numPassedTests, numFailedTests, numPendingTests} = JSON.parse(fs.readFileSync(report, 'utf8'))
    console.log(`\n${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`)
  }
  return code
}

function test(context) {
  const code = context.args.length > 0 ? 0 : check(context)
  if (code !== 0) return code
  if (context.args.length === 0) prepareS3(context)
  return vitest(context, {})
}

function testLong(context) {
  prepareS3(context)
  return vitest(context, {HIPPO_TEST_LONG: '1'})
}

/** What has to do with object storage, on a real server, which must be there or be built. */
function testS3(context) {
  prepareS3(context)
  const required = [context.env.HIPPO_TEST_REQUIRE, 's3'].filter(Boolean).join(',')
  return vitest({...context, args: ['object-store', 's3-', ...context.args]}, {HIPPO_TEST_REQUIRE: required})
}

/** Tests find the server but never build it: that takes longer than a test may. */
function prepareS3(context) {
  if (context.env.HIPPO_TEST_S3 === 'minio') return
  const {problem} = findOrBuildServer(context.env)
  if (problem) console.log(`S3 tests on a real server are skipped: ${problem}`)
}

function bench(context) {
  return run(context, path.join(context.root, 'bench', 'run.ts'), context.args)
}

/** Delta tables across engines, or with `contracts` exported contracts in their tools; fetches Python packages into the user's cache. */
function testInterop(context) {
  const script = context.args[0] === 'contracts' ? 'contracts.ts' : 'run.ts'
  return run(context, path.join(context.root, 'test', 'interop', script), context.args)
}

export const tasks = {start, test, 'test:long': testLong, 'test:s3': testS3, 'test:interop': testInterop, build, check, bench}
