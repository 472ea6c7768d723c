// One round: a fresh workspace with its own embedded server, the reference datasets already promoted. Nothing of it is timed
// but what a suite measures.
import {cpSync, linkSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs'
import path from 'node:path'
import {type Command, runProcess} from './measure-process.ts'
import type {BenchOptions} from './options.ts'
import type {WorkloadData} from './rivals.ts'

export interface Round {
  readonly number: number
  readonly workspace: string
  /** For what rivals write; gone with the round. */
  readonly scratch: string
  readonly data: WorkloadData
  hippo(...args: readonly string[]): Command
}

const references = ['patients', 'encounters', 'code_rules', 'code_units']

/** Makes the round, hands it to `use` and removes all of it again, its server first. */
export async function withRound(
  options: BenchOptions,
  data: WorkloadData,
  number: number,
  use: (round: Round) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(options.cache, 'round-'))
  const workspace = path.join(folder, 'w')
  cpSync(path.join(options.root, 'bench', 'workspace'), workspace, {recursive: true})
  const round: Round = {
    number,
    workspace,
    scratch: path.join(folder, 'scratch'),
    data,
    hippo: (...args) => hippoCommand(options, workspace, args),
  }
  mkdirSync(round.scratch)
  mkdirSync(path.join(workspace, 'inbox'))
  try {
    await runProcess(round.hippo('up', '--quiet'))
    for (const name of references) deliver(round, name)
    await runProcess(round.hippo('ingest', '--quiet'))
    await runProcess(round.hippo('promote', 'silver', '--quiet', ...references))
    deliver(round, 'observations')
    await use(round)
  } finally {
    await runProcess(round.hippo('down', '--quiet')).catch(() => undefined)
    rmSync(folder, {recursive: true, force: true})
  }
}

/** Places a generated file in the inbox without copying it: cache and data lie in one folder. */
function deliver({data, workspace}: Round, name: string): void {
  linkSync(path.join(data.folder, `${name}.csv`), path.join(workspace, 'inbox', `${name}.csv`))
}

export function hippoCommand({root}: BenchOptions, workspace: string, args: readonly string[]): Command {
  return {program: process.execPath, args: [path.join(root, 'bin', 'run.js'), ...args], cwd: workspace}
}

/** The order of the contestants turns with each round, so that none always comes after the same other. */
export async function inTurn(round: number, contestants: readonly (() => Promise<void>)[]): Promise<void> {
  const first = round % contestants.length
  for (const run of [...contestants.slice(first), ...contestants.slice(0, first)]) await run()
}
