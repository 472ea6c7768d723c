// How long short commands take against an empty Node program, and which packages they load. `hippo status` runs in a demo
// workspace whose server is up.
import {mkdtempSync, rmSync} from 'node:fs'
import path from 'node:path'
import type {Comparison} from '../comparison.ts'
import {loadedPackages} from '../loaded-packages.ts'
import {type Command, measureProcess, runProcess, type Sample} from '../measure-process.ts'
import type {BenchOptions} from '../options.ts'
import {hippoCommand} from '../round.ts'
import {withoutText} from './ingest.ts'

const commands = [{args: ['--help'], atMost: 4}, {args: ['--version']}, {args: ['status'], atMost: 7}]
/** What must not be loaded to tell something small. */
const heavy = /^(nodejs-polars|ink|react|react-reconciler|minio|@opentelemetry\/|@aws-sdk\/)/

export interface StartupResult {
  readonly comparisons: readonly Comparison[]
  /** Command -> packages it loaded. */
  readonly packages: Readonly<Record<string, readonly string[]>>
}

export async function benchStartup(options: BenchOptions): Promise<StartupResult> {
  const folder = mkdtempSync(path.join(options.cache, 'startup-'))
  const workspace = path.join(folder, 'w')
  const hippo = (...args: readonly string[]) => hippoCommand(options, workspace, args)
  try {
    await runProcess({...hippo('demo', workspace, '--patients', '20', '--quiet'), cwd: folder})
    await runProcess(hippo('up', '--quiet'))
    const empty: Command = {program: process.execPath, args: ['-e', '0'], cwd: workspace}
    const contestants = [empty, ...commands.map(({args}) => hippo(...args))]
    const samples = await measureInTurn(contestants, options.starts)
    const packages: Record<string, readonly string[]> = {}
    for (const {args} of commands) packages[args.join(' ')] = await loadedPackages(hippo(...args), options.root, folder)
    return {packages, comparisons: commands.map((command, index) => compare(command, samples[index + 1] ?? [], samples[0] ?? [], packages))}
  } finally {
    await runProcess(hippo('down', '--quiet')).catch(() => undefined)
    rmSync(folder, {recursive: true, force: true})
  }
}

/** One untimed start of each first: it fills Node's compile cache. */
async function measureInTurn(contestants: readonly Command[], times: number): Promise<readonly (readonly Sample[])[]> {
  for (const command of contestants) await runProcess(command)
  const samples = contestants.map((): Sample[] => [])
  for (let time = 0; time < times; time++) {
    for (const [index, command] of contestants.entries()) samples[index]?.push(withoutText(await measureProcess(command)))
  }
  return samples
}

function compare(
  {args, atMost}: {readonly args: readonly string[]; readonly atMost?: number},
  hippo: readonly Sample[],
  rivals: readonly Sample[],
  packages: StartupResult['packages'],
): Comparison {
  const loaded = packages[args.join(' ')] ?? []
  const tooHeavy = loaded.filter((name) => heavy.test(name))
  return {
    what: `hippo ${args.join(' ')}`,
    rival: 'node -e 0',
    hippo,
    rivals,
    ...(atMost === undefined ? {} : {targets: [{of: 'wall', atMost}]}),
    ofMedians: true,
    note: tooHeavy.length > 0 ? `LOADS ${tooHeavy.join(', ')}` : `loads ${loaded.length} small packages, none of the heavy ones`,
  }
}
