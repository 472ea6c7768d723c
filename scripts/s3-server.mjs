// The S3 server that tests use: versitygw, found in PATH or in the user's cache, else built there from its Go module (some
// minutes, once). `node scripts/s3-server.mjs` prints its path; without it and without Go it prints why and exits with 1.
import {spawnSync} from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

const version = 'v1.8.0'
const usualGo = ['/usr/local/go/bin', path.join(os.homedir(), 'go', 'bin')]

/** Path of the server where it is already; undefined when it would have to be built. */
export function findServer(env = process.env) {
  const cached = path.join(cacheFolder(env), 'versitygw')
  return inPath('versitygw', env.PATH) ?? (fs.existsSync(cached) ? cached : undefined)
}

/** Path of the server, built when it has to be; `{problem}` when that cannot be done. */
export function findOrBuildServer(env = process.env) {
  const found = findServer(env)
  if (found) return {path: found}
  const go = inPath('go', [env.PATH ?? '', ...usualGo].join(path.delimiter))
  if (!go) return {problem: 'no versitygw in PATH or cache, and no Go to build it'}
  const folder = cacheFolder(env)
  console.error(`building versitygw ${version} into ${folder}; this takes some minutes, once`)
  // Into a folder of its own first: another build, or one that is killed, never leaves half a binary under the name.
  const draft = `${folder}.${process.pid}`
  const {status} = spawnSync(go, ['install', `github.com/versity/versitygw/cmd/versitygw@${version}`], {
    stdio: ['ignore', 2, 2],
    env: {...env, GOBIN: draft, GOTOOLCHAIN: 'local'},
  })
  if (status !== 0) return {problem: 'go install of versitygw failed; the lines above say why'}
  fs.mkdirSync(folder, {recursive: true})
  fs.renameSync(path.join(draft, 'versitygw'), path.join(folder, 'versitygw'))
  fs.rmSync(draft, {recursive: true, force: true})
  return {path: path.join(folder, 'versitygw')}
}

function cacheFolder(env) {
  return path.join(env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'hippo', `versitygw-${version}`)
}

function inPath(name, folders = '') {
  return folders
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => path.isAbsolute(file) && fs.existsSync(file))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const {path: found, problem} = findOrBuildServer()
  if (found) console.log(found)
  else console.error(problem)
  process.exitCode = found ? 0 : 1
}
