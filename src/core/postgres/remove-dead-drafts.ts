// A data folder and a copy of the server's programs are made beside their place, as a draft whose name ends in the pid of its maker,
// and renamed into it. What a maker that was killed left is removed here; drafts of living ones are theirs.
import {readdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import type {ServerLayout} from './server-layout.ts'
import {isAlive} from './server-process.ts'

/** Removes the drafts of processes that are gone; what cannot be removed stays until the next start. */
export function removeDeadDrafts({home}: ServerLayout): void {
  for (const name of readdirSync(home)) {
    const pid = /\.(?:init|draft)\.(\d+)$/.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    try {
      rmSync(join(home, name), {recursive: true, force: true})
    } catch {
      // An initdb that outlived its parent may still write into it.
    }
  }
}
