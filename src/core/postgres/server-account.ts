// Which account runs the embedded server. PostgreSQL refuses to run as root, so root starts it in a user namespace in which it
// believes to be nobody (files stay root's, nothing needs to be readable by others); where namespaces are forbidden, as
// the real nobody, who then owns the home. An ordinary user runs it as himself. A home always keeps its owner.
import {spawnSync} from 'node:child_process'
import {accessSync, chownSync, constants, lstatSync, readdirSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {HippoError} from '../errors/hippo-error.ts'

export type ServerAccount =
  | {readonly kind: 'self'}
  | {readonly kind: 'namespace'; readonly unshare: readonly string[]}
  | {readonly kind: 'other'; readonly uid: number; readonly gid: number}

const inNamespace = ['-U', '--map-user=65534', '--map-group=65534', '--'] as const

/** Chooses the account for this home and gives the home to it. CATALOG_MISCONFIGURED when root has no way. */
export function serverAccount(home: string, env: NodeJS.ProcessEnv): ServerAccount {
  if (process.getuid?.() !== 0) return {kind: 'self'}
  const owner = lstatSync(home)
  if (owner.uid !== 0) return other(owner.uid, owner.gid, home)
  const probe = spawnSync('unshare', [...inNamespace, 'true'], {env: {PATH: env.PATH}, stdio: 'ignore'})
  if (probe.status === 0) return {kind: 'namespace', unshare: ['unshare', ...inNamespace]}
  const nobody = accounts().find(({name}) => name === 'nobody')
  if (nobody === undefined) throw noWay(home, 'this machine allows no user namespaces and has no account "nobody"')
  const account = other(nobody.uid, nobody.gid, home)
  giveTo(home, nobody.uid, nobody.gid)
  return account
}

/** The command line that runs `command` as the account, and the spawn options that belong to it. */
export function asAccount(
  account: ServerAccount,
  command: string,
  args: readonly string[],
): {readonly command: string; readonly args: readonly string[]; readonly options: {readonly uid?: number; readonly gid?: number}} {
  if (account.kind === 'namespace') {
    const [unshare = 'unshare', ...flags] = account.unshare
    return {command: unshare, args: [...flags, command, ...args], options: {}}
  }
  return {command, args, options: account.kind === 'other' ? {uid: account.uid, gid: account.gid} : {}}
}

/** Whether the account may pass through every folder above `path`. */
export function canReach(account: ServerAccount, path: string): boolean {
  if (account.kind !== 'other') return true
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const {uid, gid, mode} = lstatSync(folder)
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/** Hands a file or a folder with all it holds to an account. */
export function giveTo(path: string, uid: number, gid: number): void {
  chownSync(path, uid, gid)
  if (!lstatSync(path).isDirectory()) return
  for (const entry of readdirSync(path, {withFileTypes: true})) {
    if (!entry.isSymbolicLink()) giveTo(join(path, entry.name), uid, gid)
  }
}

/** Whether this process may write to the folder. */
export function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function other(uid: number, gid: number, home: string): ServerAccount {
  const account: ServerAccount = {kind: 'other', uid, gid}
  if (!accounts().some((known) => known.uid === uid)) throw noWay(home, `its owner, user ${uid}, has no account on this machine`)
  if (!canReach(account, home)) throw noWay(home, `user ${uid}, who would run it, cannot pass through the folders above it`)
  return account
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
