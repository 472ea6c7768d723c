// The rival of transfers: rclone, found in PATH or in the cache, else built there from its Go module (some minutes, once).
import {spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, renameSync, rmSync} from 'node:fs'
import path from 'node:path'

const version = 'v1.71.2'

/** Path of rclone; undefined, with a printed line, when it cannot be had. */
export function findOrBuildRclone(cache: string): string | undefined {
  const built = path.join(cache, `rclone-${version}`)
  const found = (process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, 'rclone'))
  const known = [...found, built].find((file) => existsSync(file))
  if (known !== undefined) return known
  const go = ['go', '/usr/local/go/bin/go'].find((program) => spawnSync(program, ['version']).status === 0)
  if (go === undefined) {
    console.log('skipped: no rclone in PATH or cache, and no Go to build it')
    return undefined
  }
  console.log(`building rclone ${version} in ${cache}; this takes some minutes, once`)
  // Into a folder of its own first: a build that is killed never leaves half a binary under the name.
  const draft = `${built}.${process.pid}`
  mkdirSync(draft, {recursive: true})
  const env = {...process.env, GOBIN: draft, GOTOOLCHAIN: 'local'}
  const {status} = spawnSync(go, ['install', `github.com/rclone/rclone@${version}`], {stdio: ['ignore', 2, 2], env})
  if (status === 0) renameSync(path.join(draft, 'rclone'), built)
  else console.log('skipped: go install of rclone failed; the lines above say why')
  rmSync(draft, {recursive: true, force: true})
  return status === 0 ? built : undefined
}
