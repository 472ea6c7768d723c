// One dataset: how it is, what it was made from, every check of its newest judgement, and why rows wait in quarantine.
import type {Attention, CheckRecord, DatasetStatus, QuarantineReason, Reader, SnapshotRecord} from '../../core/query/index.ts'
import {type Page, type PageBuilder, type PageContext, type PageRow, toned} from '../page.ts'
import {formatAgo, formatCount, formatScore} from '../report/format.ts'
import {untrusted} from '../report/untrusted.ts'
import {age, hours} from '../times.ts'
import {checkColumns, checkRow} from './check-row.ts'
import {type Fact, factSection} from './facts.ts'
import {validationSections} from './quality.ts'
import {quarantineSection} from './quarantine-section.ts'

export interface DatasetFacts {
  readonly dataset: string
  readonly status: DatasetStatus | undefined
  readonly attention: readonly Attention[]
  readonly snapshots: readonly SnapshotRecord[]
  readonly checks: readonly CheckRecord[]
  readonly reasons: readonly QuarantineReason[]
}

export async function readDatasetPage(reader: Reader, dataset: string): Promise<PageBuilder> {
  const {datasets, attention} = await reader.overview()
  const facts: DatasetFacts = {
    dataset,
    status: datasets.find((one) => one.dataset === dataset),
    attention: attention.filter((entry) => entry.dataset === dataset && entry.kind !== 'quarantine'),
    snapshots: await reader.snapshots(dataset, 1),
    checks: await reader.checks({dataset}),
    reasons: await reader.quarantineReasons({dataset}),
  }
  return (context) => datasetPage(facts, context)
}

export function datasetPage(facts: DatasetFacts, context: PageContext): Page {
  const {dataset, checks, reasons} = facts
  return {
    sections: [
      factSection('STATE', stateFacts(facts, context), context),
      {
        heading: 'CHECKS',
        columns: checkColumns.map((column, index) => (index === 1 ? {title: 'layer'} : column)),
        rows: checks.filter(({isValidation}) => !isValidation).map((check) => withLayer(checkRow(check, context), check)),
        empty: `No promotion has judged it yet: hippo promote silver ${untrusted(dataset)}`,
      },
      ...validationSections(checks, context),
      quarantineSection(reasons, {of: 'one'}),
    ],
    command: `hippo promote silver ${untrusted(dataset)}`,
  }
}

const withLayer = (row: PageRow, {layer}: CheckRecord): PageRow => ({...row, cells: row.cells.with(1, layer)})

function stateFacts({status, attention, snapshots}: DatasetFacts, {now, timeZone}: PageContext): readonly Fact[] {
  if (status === undefined) return [['state', 'unknown: no run has used it yet']]
  const {layers, liveVersion, freshness, score, scores, lastRun} = status
  const versions = [
    ...(layers.bronze === undefined ? [] : [`bronze batch ${layers.bronze}`]),
    ...(layers.silver === undefined ? [] : [`silver v${layers.silver}`]),
    ...(layers.gold === undefined ? [] : [`gold v${layers.gold}`]),
    ...(liveVersion === undefined ? [] : [`readers see v${liveVersion}`]),
  ]
  const [newest] = snapshots
  return [
    ['state', {kind: 'badge', state: status.state, word: status.state}],
    ...attention.map(({what}): Fact => ['', toned('warn', untrusted(what))]),
    ['versions', versions.join(', ')],
    ['fresh', freshnessWords(freshness, now)],
    ['score', score === undefined ? undefined : `${formatScore(score)} of 100`],
    ['trend', scores.length > 1 ? {kind: 'trend', points: scores} : undefined],
    ['rows', newest === undefined ? undefined : rowWords(newest)],
    ['drift', newest?.drift?.length ? untrusted(newest.drift.map(({kind, column}) => `${column} ${kind}`).join(', ')) : undefined],
    ['contract', newest === undefined ? undefined : `version ${untrusted(newest.contractVersion)}`],
    ['last run', lastRun === undefined ? undefined : `${lastRun.state} ${formatAgo(lastRun.at, now, timeZone)}`],
  ]
}

function freshnessWords({updatedAt, promisedHours, isLate}: DatasetStatus['freshness'], now: Date): string | undefined {
  if (updatedAt === undefined) return undefined
  const promise = promisedHours === undefined ? 'nothing promised' : `${hours(promisedHours)} promised${isLate ? ': late' : ''}`
  return `${age(updatedAt, now)} old, ${promise}`
}

function rowWords({rows, counts}: SnapshotRecord): string {
  if (counts === undefined) return formatCount(rows)
  const parts = (['accepted', 'quarantined', 'duplicate', 'unchanged', 'waived'] as const)
    .filter((name) => counts[name] > 0)
    .map((name) => `${formatCount(counts[name])} ${name}`)
  return `${formatCount(rows)}; of the last ${formatCount(counts.read)} read: ${parts.join(', ')}`
}
