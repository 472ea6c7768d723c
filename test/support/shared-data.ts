// Real data for tests: archives beside the repository, unpacked once into the temporary folder. Where they are absent,
// as in a fresh clone, a test prints one line and skips; HIPPO_TEST_REQUIRE=data turns that into a failure.
import {spawnSync} from 'node:child_process'
import {existsSync, lstatSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'

const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/**
 * The folder with the content of `<name>.tar.xz` (for example `synthea-28-csv`), or undefined with one printed line when
 * the archive or tar is missing. Throws instead when HIPPO_TEST_REQUIRE lists `data`. The folder is shared: never write to it.
 */
export function sharedData(name: string): string | undefined {
  const archive = join(process.env.HIPPO_SHARED_DATA ?? resolve(repositoryRoot, '../shared/data'), `${name}.tar.xz`)
  if (!existsSync(archive)) return skip(name, 'no such archive; HIPPO_SHARED_DATA names the folder with shared data')
  const {size, mtimeMs} = statSync(archive)
  const unpacked = join(cacheFolder(), `${name}-${size}-${Math.trunc(mtimeMs)}`)
  if (!existsSync(unpacked)) {
    const problem = unpack(archive, unpacked)
    if (problem !== undefined) return skip(name, problem)
  }
  return unpacked
}

function skip(name: string, reason: string): undefined {
  const line = `skipped: shared data ${name}: ${reason}`
  const required = (process.env.HIPPO_TEST_REQUIRE ?? '').split(',').map((word) => word.trim())
  if (required.includes('data')) throw new Error(line)
  console.log(line)
  return undefined
}

/** A private folder of this user; another one when somebody else holds the usual name. */
function cacheFolder(): string {
  const uid = process.getuid?.()
  const folder = join(tmpdir(), `hippo-shared-data-${uid ?? 'user'}`)
  mkdirSync(folder, {recursive: true, mode: 0o700})
  const info = lstatSync(folder)
  if (info.isDirectory() && (uid === undefined || info.uid === uid)) return folder
  return mkdtempSync(join(tmpdir(), 'hippo-shared-data-'))
}

/**
 * Unpacks under a temporary name and renames, so that another process sees all of it or nothing. Each archive lists its
 * own folder first (`uci-diabetes-130/dataset_diabetes/`); that folder becomes the target. Returns what went wrong.
 */
function unpack(archive: string, target: string): string | undefined {
  const partial = mkdtempSync(`${target}.partial-`)
  try {
    const tar = spawnSync('tar', ['xvJf', archive, '-C', partial], {encoding: 'utf8', maxBuffer: 1 << 26})
    if (tar.error !== undefined) return `tar could not run: ${tar.error.message}`
    if (tar.status !== 0) return `tar could not unpack it: ${tar.stderr.split('\n')[0]}`
    const [first = ''] = tar.stdout.split('\n')
    try {
      renameSync(join(partial, first), target)
    } catch (error) {
      if (!existsSync(target)) throw error
    }
    return undefined
  } finally {
    rmSync(partial, {recursive: true, force: true})
  }
}
