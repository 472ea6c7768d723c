// Prints comparisons as a table and keeps them as JSON under bench/results. Figures against hippo are never rounded in its
// favour: ratios are cut upwards to two places.
import {mkdirSync, writeFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {type Comparison, type Measure, measureNames, medianOf, ratioOf, type Spread} from './comparison.ts'
import type {BenchOptions} from './options.ts'

const titles: Readonly<Record<Measure, string>> = {
  wall: 'wall',
  cpu: 'processor',
  peak: 'largest process',
  tree: 'whole tree',
  anonymous: 'tree, not file-mapped',
}

export function printComparisons(comparisons: readonly Comparison[]): void {
  for (const comparison of comparisons) {
    const {what, rival, note} = comparison
    console.log(`\n${what}  against  ${rival}${note ? `   (${note})` : ''}`)
    for (const measure of measureNames) {
      const ratio = ratioOf(comparison, measure)
      if (!ratio) continue
      const sides = [comparison.hippo, comparison.rivals].map((samples) => amount(measure, medianOf(samples, measure)).padStart(10))
      console.log(`  ${titles[measure].padEnd(22)}${sides.join('  ')}   × ${tellSpread(ratio)}${verdict(comparison, measure, ratio)}`)
    }
  }
}

function verdict({targets = []}: Comparison, measure: Measure, {median}: Spread): string {
  const target = targets.find(({of}) => of === measure)
  if (!target) return ''
  return `   target ≤ ${target.atMost}: ${median <= target.atMost ? 'met' : 'MISSED'}`
}

const upwards = (ratio: number) => (Math.ceil(ratio * 100 - 1e-9) / 100).toFixed(2)
const tellSpread = ({median, least, most}: Spread) => `${upwards(median)} (${upwards(least)}–${upwards(most)})`

function amount(measure: Measure, value: number | undefined): string {
  if (value === undefined) return ''
  if (measure === 'wall' || measure === 'cpu') return value < 10_000 ? `${Math.ceil(value)} ms` : `${(value / 1000).toFixed(1)} s`
  return `${Math.ceil(value / 1e6)} MB`
}

/** Writes everything that was measured and returns the file's path. */
export function keepResults(options: BenchOptions, body: Readonly<Record<string, unknown>>): string {
  const folder = path.join(options.root, 'bench', 'results')
  mkdirSync(folder, {recursive: true})
  const at = new Date().toISOString()
  const file = path.join(folder, `${at.slice(0, 19).replaceAll(':', '')}-${options.suites.join('-')}.json`)
  const [cpu] = os.cpus()
  const machine = {
    cpus: os.cpus().length,
    model: cpu?.model.trim() ?? '',
    memoryBytes: os.totalmem(),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    loadBefore: body.loadBefore,
    loadAfter: os.loadavg(),
  }
  const {suites, rows, rounds, starts} = options
  writeFileSync(file, `${JSON.stringify({at, machine, asked: {suites, rows, rounds, starts}, ...body}, null, 1)}\n`)
  return file
}
