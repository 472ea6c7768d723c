// kill -9 of one process of a running verb at a chosen instant: of the verb's own, of its engine, of the embedded server.
// Instants are told by what the verb has said, so that they mean the same place on a machine that is slow at the moment.
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {runningServer} from '../../src/core/postgres/embedded-server.ts'
import {childrenOf, commandOf, isRunning} from './processes.ts'
import type {TestWorkspace, VerbEnd, VerbRequest} from './workspace.ts'

export const victims = ['process', 'engine', 'server'] as const
export type Victim = (typeof victims)[number]

export interface Instant {
  /** Lines that the verb has said by then. */
  readonly lines: number
  readonly delayMs: number
}

export interface Killed {
  readonly end: VerbEnd
  /** How many processes were killed: none when the verb was over before. */
  readonly hits: number
}

/** Longer silences of the undisturbed run count as this: then the machine was busy with something else. */
const longestGapMs = 500

/** The instant after this part (0 to 1) of the time that an undisturbed run took. */
export function instantOf({saidAtMs}: VerbEnd, part: number): Instant {
  const gapsMs = saidAtMs.slice(1).map((said, at) => Math.min(said - (saidAtMs[at] ?? said), longestGapMs))
  let leftMs = part * gapsMs.reduce((sum, gap) => sum + gap, 0)
  let lines = 1
  for (; leftMs > (gapsMs[lines - 1] ?? Number.POSITIVE_INFINITY); lines++) leftMs -= gapsMs[lines - 1] ?? 0
  return {lines, delayMs: Math.round(leftMs)}
}

/** Runs the verb and kills the victim then, or as soon after as there is one; resolves once the run is over and its engine gone. */
export async function killDuring(workspace: TestWorkspace, request: VerbRequest, options: {victim: Victim; at: Instant}): Promise<Killed> {
  // What it starts inherits the mark: nothing of it must be left.
  const verb = workspace.spawn(request, {KILLED_IN: workspace.root})
  let isOver = false
  const end = verb.end.finally(() => {
    isOver = true
  })
  await verb.said(options.at.lines)
  // A run that is faster than the undisturbed one was must not get away.
  await Promise.race([sleep(options.at.delayMs), verb.said(options.at.lines + 1)])
  let hits = 0
  for (; hits === 0 && !isOver; await sleep(10)) hits = killAll(pidsOf(options.victim, workspace, verb.child.pid ?? 0))
  return {end: await end, hits}
}

function pidsOf(victim: Victim, workspace: TestWorkspace, verb: number): readonly number[] {
  if (victim === 'process') return [verb]
  if (victim === 'engine') return childrenOf(verb).filter((pid) => commandOf(pid).includes('engine/polars/child'))
  const server = runningServer({home: path.join(workspace.root, '.hippo', 'pg'), env: workspace.env})
  return server === undefined ? [] : [server]
}

function killAll(pids: readonly number[]): number {
  const alive = pids.filter(isRunning)
  for (const pid of alive) process.kill(pid, 'SIGKILL')
  return alive.length
}
