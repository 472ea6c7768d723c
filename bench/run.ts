// The benchmarks: `npm run bench -- [startup] [ingest] [promote] [copy] [append] [merge] [transfer] [rules] [profile]`. Whole processes, hippo and its rivals by
// turns in the same minutes; see docs/benchmarks.md for what each one means.
// `npm run bench error-detection DIR` and `npm run bench planted-faults` score what is found, not how fast.
import {mkdirSync} from 'node:fs'
import os from 'node:os'
import type {Comparison} from './comparison.ts'
import {runProcess} from './measure-process.ts'
import {type BenchOptions, hasWorkload, readOptions, type SuiteName} from './options.ts'
import {keepResults, printComparisons} from './report.ts'
import {generateData, openPython, type Python} from './rivals.ts'
import {withRound} from './round.ts'
import {copyBench, hasPsql} from './suites/copy.ts'
import {benchErrorDetection} from './suites/error-detection.ts'
import {ingestBench} from './suites/ingest.ts'
import {benchPlantedFaults} from './suites/planted-faults.ts'
import {benchProfile} from './suites/profile.ts'
import {promoteBench, promoteUntimed} from './suites/promote.ts'
import {benchRules} from './suites/rules.ts'
import {benchStartup} from './suites/startup.ts'
import {benchAppend, benchMerge} from './suites/tables.ts'
import {benchTransfer} from './suites/transfer.ts'

const [first, ...others] = process.argv.slice(2)
const scores = new Map([
  ['error-detection', benchErrorDetection],
  ['planted-faults', benchPlantedFaults],
])
await (scores.get(first ?? '')?.(others) ?? compareWithRivals(readOptions(process.argv.slice(2))))

async function compareWithRivals(options: BenchOptions): Promise<void> {
  mkdirSync(options.cache, {recursive: true})
  const loadBefore = os.loadavg()
  const startup = options.suites.includes('startup') ? await benchStartup(options) : undefined
  if (startup) printComparisons(startup.comparisons)
  const ofWorkload: readonly SuiteName[] = ['ingest', 'promote', 'copy']
  const workload = options.suites.some((suite) => ofWorkload.includes(suite)) ? await benchWorkload(options) : undefined
  if (workload) printComparisons(workload.comparisons)
  const tables = options.suites.some((suite) => suite === 'append' || suite === 'merge') ? await benchTables(options) : undefined
  if (tables) printComparisons(tables)
  const files = options.suites.some((suite) => suite === 'rules' || suite === 'profile') ? await benchFiles(options) : undefined
  if (files) printComparisons(files)
  const transfer = options.suites.includes('transfer') ? await benchTransfer(options) : undefined
  if (transfer) printComparisons(transfer)
  console.log(`\nkept in ${keepResults(options, {loadBefore, startup, workload, tables, files, transfer})}`)
}

async function benchTables(asked: BenchOptions): Promise<readonly Comparison[] | undefined> {
  const python = openPython(asked)
  if (!python) return undefined
  const append = asked.suites.includes('append') ? await benchAppend(asked, python) : []
  return [...append, ...(asked.suites.includes('merge') ? await benchMerge(asked, python) : [])]
}

/** What looks at a file and keeps nothing. */
async function benchFiles(asked: BenchOptions): Promise<readonly Comparison[] | undefined> {
  const python = hasWorkload(asked) ? openPython(asked) : undefined
  if (!python) return undefined
  const rules = asked.suites.includes('rules') ? await benchRules(asked, python) : []
  return [...rules, ...(asked.suites.includes('profile') ? await benchProfile(asked, python) : [])]
}

interface WorkloadResult {
  readonly comparisons: readonly Comparison[]
  readonly python: Python
  /** What the workload's checker says of the rivals' output. */
  readonly rivals: Readonly<Record<string, string>>
}

/** All suites of the workload share their rounds: what one promotes, the next loads. */
async function benchWorkload(options: BenchOptions): Promise<WorkloadResult | undefined> {
  if (!hasWorkload(options)) {
    console.log(`skipped: no workload in ${options.shared}; name its folder with --shared`)
    return undefined
  }
  const python = openPython(options)
  if (!python) return undefined
  const data = generateData(options, python)
  const wants = (suite: BenchOptions['suites'][number]) => options.suites.includes(suite)
  const ingest = wants('ingest') ? ingestBench() : undefined
  const promote = wants('promote') ? promoteBench(options, python) : undefined
  const copy = wants('copy') && isPsqlThere() ? copyBench() : undefined
  for (let number = 0; number < options.rounds; number++) {
    console.log(`round ${number + 1} of ${options.rounds}`)
    await withRound(options, data, number, async (round) => {
      await (ingest ? ingest.run(round) : runProcess(round.hippo('ingest', '--quiet')))
      if (promote) await promote.run(round)
      else if (copy) await promoteUntimed(round)
      await copy?.run(round)
    })
  }
  const comparisons = [ingest, promote, copy].flatMap((bench) => bench?.comparisons() ?? [])
  return {comparisons, python, rivals: promote?.verdicts ?? {}}
}

function isPsqlThere(): boolean {
  if (hasPsql()) return true
  console.log('skipped: there is no psql here to compare the load with')
  return false
}
