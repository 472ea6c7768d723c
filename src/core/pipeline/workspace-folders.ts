// The folders that hold lake and database must stay where they are while a run goes. When one is removed or replaced everything
// fails in its own way, or works on in an empty one: the run must say what happened instead.
import {closeSync, fstatSync, openSync, type Stats, statSync} from 'node:fs'
import path from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {HippoError} from '../errors/hippo-error.ts'
import type {Workspace} from './ports.ts'

export interface WatchedFolders {
  /** STORE_UNREADABLE when a folder that was there at the start is not there any more. */
  assertThere(): void
  /** The same error in place of what followed from it, else the error itself. */
  explain(error: unknown): Promise<unknown>
  close(): void
}

const removalMs = 1000
const lookEveryMs = 50

/** Holds the folders that are there now; the caller closes them. */
export function watchFolders({root, config}: Pick<Workspace, 'root' | 'config'>): WatchedFolders {
  const home = path.join(root, '.hippo')
  const held = [...new Set([home, config.lake])].flatMap((folder) => hold(folder) ?? [])
  const lost = (): HippoError | undefined => {
    const gone = held.find(({folder, handle}) => !isSame(fstatSync(handle), statSync(folder, {throwIfNoEntry: false})))
    if (!gone) return undefined
    return new HippoError('STORE_UNREADABLE', {
      message: `the folder ${gone.folder} was removed or replaced while the run was going`,
      hint: 'put it back from a backup, or start afresh with hippo run: what still lies in the sources is captured again',
    })
  }
  return {
    assertThere() {
      const error = lost()
      if (error) throw error
    },
    async explain(error) {
      // A folder is emptied before it goes: what was in it may be missed, by us or by the database, while the folder is still there.
      for (let waitedMs = 0; waitedMs < removalMs && mayBeLoss(error) && !lost(); waitedMs += lookEveryMs) await setTimeout(lookEveryMs)
      return lost() ?? error
    },
    close() {
      for (const {handle} of held.splice(0)) closeSync(handle)
    },
  }
}

/** While a folder is held open no other can get its number; where folders cannot be opened nothing is watched. */
function hold(folder: string): {readonly folder: string; readonly handle: number} | undefined {
  try {
    return {folder, handle: openSync(folder, 'r')}
  } catch {
    return undefined
  }
}

const isSame = (one: Stats, other: Stats | undefined): boolean => one.dev === other?.dev && one.ino === other.ino

/** Whether a folder that is being removed would explain the error; what hippo did not foresee may always be that. */
function mayBeLoss(error: unknown): boolean {
  if (!(error instanceof HippoError)) return true
  return error.code === 'RUN_INTERNAL' || error.code === 'CATALOG_UNREACHABLE' || isMissingFile(error)
}

function isMissingFile(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && error.code === 'ENOENT') || isMissingFile(error.cause)
}
