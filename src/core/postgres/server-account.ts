// Which account runs the embedded server. PostgreSQL refuses to run as root, so root starts it in a user namespace in which it
// believes to be nobody (files stay root's, nothing needs to be readable by others); where namespaces are forbidden, as in
// most containers, as the real nobody, who then owns the home. An ordinary user runs it as himself. A home keeps its owner.
import {spawnSync} from 'node:child_process'
import {chownSync, lstatSync, readdirSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {HippoError} from '../errors/hippo-error.ts'

export interface ServerAccount {
  /** Program and arguments to put before the server's command line. */
  readonly prefix: readonly string[]
  /** Owner of the server's files when that is not the current user. */
  readonly owner?: {readonly uid: number; readonly gid: number}
  /** Whether folders above the server's files may keep it out. */
  readonly isConfined: boolean
}

export interface AccountCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly options: {readonly uid?: number; readonly gid?: number}
}

const inNamespace = ['unshare', '-U', '--map-user=65534', '--map-group=65534', '--'] as const

/** Chooses the account for this home and gives the home to it. CATALOG_MISCONFIGURED when root has no way. */
export function serverAccount(home: string, env: NodeJS.ProcessEnv): ServerAccount {
  if (process.getuid?.() !== 0) return {prefix: [], isConfined: false}
  const {uid, gid} = lstatSync(home)
  if (uid !== 0) return otherAccount({uid, gid}, home, env)
  if (works([...inNamespace, 'true'], env)) return {prefix: inNamespace, isConfined: false}
  const nobody = accounts().find(({name}) => name === 'nobody')
  if (nobody === undefined) throw noWay(home, 'this machine allows no user namespaces and has no account "nobody"')
  const account = otherAccount({uid: nobody.uid, gid: nobody.gid}, home, env)
  giveTo(home, nobody)
  return account
}

/** The command line that runs `command` as the account, and the spawn options that belong to it. */
export function asAccount({prefix, owner}: ServerAccount, command: string, args: readonly string[]): AccountCommand {
  const [program, ...flags] = prefix
  if (program !== undefined) return {command: program, args: [...flags, command, ...args], options: {}}
  return {command, args, options: owner === undefined ? {} : {uid: owner.uid, gid: owner.gid}}
}

/** Whether the account may pass through every folder above `path`. */
export function canReach({owner, isConfined}: ServerAccount, path: string): boolean {
  if (!isConfined || owner === undefined) return true
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const {uid, gid, mode} = lstatSync(folder)
    const bit = uid === owner.uid ? 0o100 : gid === owner.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/** Hands a file, or a folder with all it holds, to an account. */
export function giveTo(path: string, owner: {readonly uid: number; readonly gid: number}): void {
  chownSync(path, owner.uid, owner.gid)
  if (!lstatSync(path).isDirectory()) return
  for (const entry of readdirSync(path, {withFileTypes: true})) {
    if (!entry.isSymbolicLink()) giveTo(join(path, entry.name), owner)
  }
}

// Below a folder that others may not enter (root's home) the account needs the capability to pass all the same.
function otherAccount(owner: {readonly uid: number; readonly gid: number}, home: string, env: NodeJS.ProcessEnv): ServerAccount {
  if (!accounts().some(({uid}) => uid === owner.uid)) throw noWay(home, `its owner, user ${owner.uid}, has no account on this machine`)
  const confined: ServerAccount = {prefix: [], owner, isConfined: true}
  if (canReach(confined, home)) return confined
  const capabilities = '+dac_override,+dac_read_search'
  const prefix = [
    'setpriv',
    `--reuid=${owner.uid}`,
    `--regid=${owner.gid}`,
    '--clear-groups',
    `--inh-caps=${capabilities}`,
    `--ambient-caps=${capabilities}`,
    '--securebits=+no_setuid_fixup',
  ]
  if (works([...prefix, 'test', '-x', home], env)) return {prefix, owner, isConfined: false}
  throw noWay(home, `user ${owner.uid}, who would run it, cannot pass through the folders above it`)
}

function works([command = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): boolean {
  return spawnSync(command, args, {env: {PATH: env.PATH}, stdio: 'ignore'}).status === 0
}

function accounts(): readonly {readonly name: string; readonly uid: number; readonly gid: number}[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name = '', , uid, gid]) => ({name, uid: Number(uid), gid: Number(gid)}))
}

function noWay(home: string, why: string): HippoError {
  return new HippoError('CATALOG_MISCONFIGURED', {
    message: `the embedded PostgreSQL in ${home} cannot run as root: ${why}`,
    hint: 'run hippo as an ordinary user, or set HIPPO_DATABASE_URL',
  })
}
