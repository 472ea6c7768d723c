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

/** The instant after this part (0 to 1) of the time that an undisturbed run took. */
export function instantOf({saidAtMs}: VerbEnd, part: number): Instant {
  const [first = 0] = saidAtMs
  const atMs = first + part * ((saidAtMs.at(-1) ?? first) - first)
  const lines = Math.max(1, saidAtMs.filter((said) => said <= atMs).length)
  return {lines, delayMs: Math.round(atMs - (saidAtMs[lines - 1] ?? first))}
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
  await sleep(options.at.delayMs)
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
