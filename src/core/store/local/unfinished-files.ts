// The area of unfinished writes: `.tmp` below the store's root, so on the same file system, and never listed. A name says
// which process of which machine writes it; what a dead process left is removed when the store is opened next.
import {createHash, randomUUID} from 'node:crypto'
import {readdir, unlink} from 'node:fs/promises'
import {hostname} from 'node:os'
import {join} from 'node:path'
import {reservedSegment} from '../object-key.ts'

export interface UnfinishedFiles {
  readonly folder: string
  /** A path that no other writer uses. */
  newPath(): string
  /** Removes what processes of this machine left that are gone. What cannot be removed stays: it harms nothing. */
  clean(): Promise<void>
}

export function unfinishedFiles(root: string): UnfinishedFiles {
  const folder = join(root, reservedSegment)
  const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 12)
  const own = `${host}.${process.pid}.${Math.round(performance.timeOrigin)}.`
  return {
    folder,
    newPath: () => join(folder, own + randomUUID()),
    clean: async () => {
      const names = await readdir(folder).catch(() => [])
      const left = names.filter((name) => !name.startsWith(own) && isOfDeadProcess(name, host))
      await Promise.all(left.map((name) => unlink(join(folder, name)).catch(() => undefined)))
    },
  }
}

/** A file of another machine, or of a pid that is alive, may still be written. Our own pid with another start time is dead. */
function isOfDeadProcess(name: string, host: string): boolean {
  const [nameHost, pid] = name.split('.')
  if (nameHost !== host || !pid || !/^[0-9]+$/.test(pid)) return false
  return Number(pid) === process.pid || !isAlive(Number(pid))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
