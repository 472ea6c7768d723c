// Delta tables against plain Parquet: an append against a file of the same rows, a merge of 1 % of the keys against writing the
// table anew, each by hand in Polars and with the library that hippo uses; and whether memory grows with the rows. Every result is looked at before it counts.
import {cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync} from 'node:fs'
import path from 'node:path'
import type {Comparison} from '../comparison.ts'
import {type Command, measureProcess, runProcess, type Sample} from '../measure-process.ts'
import type {BenchOptions} from '../options.ts'
import type {Python} from '../rivals.ts'
import {inTurn} from '../round.ts'
import {withoutText} from './ingest.ts'

const spreads = ['clustered', 'scattered'] as const
type Spread = (typeof spreads)[number]

/** Of the updated keys, in all keys. */
const share = 0.01
/** Rows of the run that memory is compared with: so many times fewer. */
const fewer = 10

interface Changed {
  readonly write: number
  readonly commit: number
  readonly rows: number
  readonly files: number
  readonly rewritten: number
}

/** What both suites work on: made once for a number of rows and kept. */
async function sourceOf({cache, root}: BenchOptions, python: Python, rows: number): Promise<string> {
  const folder = path.join(cache, `tables-${rows}`)
  if (existsSync(folder)) return folder
  console.log(`making ${rows} rows in ${folder}`)
  const unfinished = `${folder}.${process.pid}`
  await runProcess({program: python.program, args: [path.join(root, 'bench', 'tables.py'), 'make', String(rows), unfinished]})
  renameSync(unfinished, folder)
  return folder
}

class TableBench {
  readonly #options: BenchOptions
  readonly #python: Python
  readonly source: string

  constructor(options: BenchOptions, python: Python, source: string) {
    this.#options = options
    this.#python = python
    this.source = source
  }

  async change(
    verb: 'append' | 'merge' | 'rewrite',
    file: string,
    lake: string,
  ): Promise<{readonly sample: Sample; readonly changed: Changed}> {
    const measured = await measureProcess(this.#inNode('change-table.ts', verb, file, lake))
    return {sample: withoutText(measured), changed: JSON.parse(measured.stdout) as Changed}
  }

  /** With the library that hippo uses, and nothing of hippo. */
  plain(source: string, file: string): Command {
    return this.#inNode('plain-parquet.ts', source, file)
  }

  #inNode(script: string, ...args: readonly string[]): Command {
    // What is measured is not how long Node takes to read TypeScript.
    const env = {NODE_COMPILE_CACHE: path.join(this.#options.cache, 'compiled')}
    return {program: process.execPath, args: [path.join(this.#options.root, 'bench', script), ...args], env}
  }

  byHand(...args: readonly string[]): Command {
    return {program: this.#python.program, args: [path.join(this.#options.root, 'bench', 'tables.py'), ...args]}
  }

  /** Gives each round a folder of its own, gone afterwards. */
  async rounds(work: (round: number, folder: string) => Promise<void>): Promise<void> {
    for (let round = 0; round < this.#options.rounds; round++) {
      const folder = mkdtempSync(path.join(this.#options.cache, 'tables-round-'))
      try {
        await work(round, folder)
      } finally {
        rmSync(folder, {recursive: true, force: true})
      }
    }
  }
}

function requireRows(found: number, wanted: number): void {
  if (found !== wanted) throw new Error(`the table has ${found} rows instead of ${wanted}`)
}

/** Appends all rows to an empty table. */
export async function benchAppend(options: BenchOptions, python: Python): Promise<readonly Comparison[]> {
  const bench = new TableBench(options, python, await sourceOf(options, python, options.rows))
  const few = Math.max(1, Math.floor(options.rows / fewer))
  const fewSource = await sourceOf(options, python, few)
  const hippo: Sample[] = []
  const rivals: Sample[] = []
  const plain: Sample[] = []
  const withFew: Sample[] = []
  // The parts of hippo's own run.
  const whole: Sample[] = []
  const writing: Sample[] = []
  const append = async (source: string, rows: number, lake: string) => {
    mkdirSync(lake)
    const {sample, changed} = await bench.change('append', path.join(source, 'source.parquet'), lake)
    requireRows(changed.rows, rows)
    return {sample, changed}
  }
  await bench.rounds((round, folder) =>
    inTurn(round, [
      async () => {
        const {sample, changed} = await append(bench.source, options.rows, path.join(folder, 'lake'))
        hippo.push(sample)
        whole.push({wallMs: changed.write + changed.commit})
        writing.push({wallMs: changed.write})
      },
      async () => {
        const command = bench.byHand('write', path.join(bench.source, 'source.parquet'), path.join(folder, 'plain.parquet'))
        rivals.push(withoutText(await measureProcess(command)))
      },
      async () => {
        const command = bench.plain(path.join(bench.source, 'source.parquet'), path.join(folder, 'same-library.parquet'))
        plain.push(withoutText(await measureProcess(command)))
      },
      async () => void withFew.push((await append(fewSource, few, path.join(folder, 'few'))).sample),
    ]),
  )
  const polars = `${python.packages.polars ?? ''}`
  const targets = [{of: 'wall', atMost: 1.05}] as const
  return [
    {what: 'append', rival: `the same Parquet by hand, Polars ${polars}, fsync`, hippo, rivals, targets},
    {what: 'append', rival: 'the same Parquet by hand, nodejs-polars, fsync', hippo, rivals: plain, targets},
    {
      what: 'append in hippo',
      rival: 'its own writing of the Parquet',
      hippo: whole,
      rivals: writing,
      targets,
    },
    {what: 'memory of append', rival: `a ${fewer}th of the rows`, hippo, rivals: withFew, note: 'flat when about 1'},
  ]
}

/** Merges 1 % of the keys into a table of all rows. */
export async function benchMerge(options: BenchOptions, python: Python): Promise<readonly Comparison[]> {
  const bench = new TableBench(options, python, await sourceOf(options, python, options.rows))
  const hippo: Record<Spread, Sample[]> = {clustered: [], scattered: []}
  const rivals: Record<Spread, Sample[]> = {clustered: [], scattered: []}
  const anew: Record<Spread, Sample[]> = {clustered: [], scattered: []}
  const rewritten: Partial<Record<Spread, string>> = {}
  await bench.rounds(async (round, folder) => {
    const before = path.join(folder, 'before')
    mkdirSync(before)
    await bench.change('append', path.join(bench.source, 'source.parquet'), before)
    for (const spread of spreads) {
      const updates = path.join(bench.source, `${spread}.parquet`)
      const lake = path.join(folder, spread)
      const lakeAnew = path.join(folder, `${spread}-anew`)
      for (const copy of [lake, lakeAnew]) cpSync(before, copy, {recursive: true})
      await inTurn(round, [
        async () => {
          const {sample, changed} = await bench.change('merge', updates, lake)
          requireRows(changed.rows, options.rows)
          hippo[spread].push(sample)
          rewritten[spread] = `${changed.rewritten} files of the table written anew`
        },
        async () => {
          const command = bench.byHand('rewrite', path.join(before, 't'), updates, path.join(folder, `${spread}.parquet`))
          rivals[spread].push(withoutText(await measureProcess(command)))
        },
        async () => {
          const {sample, changed} = await bench.change('rewrite', updates, lakeAnew)
          requireRows(changed.rows, options.rows)
          anew[spread].push(sample)
        },
      ])
    }
  })
  return spreads.flatMap((spread): readonly Comparison[] => {
    const what = `merge of ${share * 100} % of the keys, ${spread}`
    const targets = [{of: 'wall', atMost: spread === 'clustered' ? 0.3 : 1}] as const
    const byHand = `the whole table anew by hand, Polars ${python.packages.polars ?? ''}, fsync`
    const note = rewritten[spread]
    return [
      {what, rival: byHand, hippo: hippo[spread], rivals: rivals[spread], targets, ...(note === undefined ? {} : {note})},
      {what, rival: 'the whole table anew in hippo', hippo: hippo[spread], rivals: anew[spread], targets},
    ]
  })
}
