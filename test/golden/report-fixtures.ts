// Results as the verbs return them, chosen so that each report shows every part it has.
import type {RunRecord, RunStep, SnapshotRecord} from '../../src/core/catalog/catalog.ts'
import type {CapturedFile, GoldResult, IngestResult, PipelineResult, PublishResult} from '../../src/core/model/run.ts'
import type {StatusDataset} from '../../src/ui/report/status.ts'

import {check, rows, runOf, sha} from './result-parts.ts'
import {gatedPromotion} from './result-promotions.ts'

export * from './result-findings.ts'
export * from './result-parts.ts'
export * from './result-promotions.ts'
export * from './result-verdicts.ts'

const file = (source: string, path: string, bytes: number, state: CapturedFile['state'], reason?: string): CapturedFile => ({
  source,
  path,
  sha256: sha(bytes),
  bytes,
  state,
  ...(state === 'ignored' ? {} : {dataset: 'observation'}),
  ...(reason === undefined ? {} : {reason}),
})

export const ingest: IngestResult = {
  run: runOf('ingest', 'succeeded', 320),
  batch: 7,
  files: [
    file('ehr', 'patients.csv', 120_000, 'captured'),
    file('ehr', 'encounters.csv', 1_400_000, 'captured'),
    file('ehr', 'observations.csv', 2_400_000, 'captured'),
    file('ehr', 'conditions.csv', 180_000, 'known'),
    file('ehr', 'obs_0303.csv', 4096, 'rejected', 'file.binary: the file is not text from byte 512 on'),
    file('ehr', 'notes \u001b[31mred.txt', 200, 'ignored'),
    file('adt', 'adt.csv', 0, 'known'),
  ],
}

export const ingestTrouble: IngestResult = {
  run: runOf('ingest', 'failed', 450),
  batch: 8,
  files: [
    file('ehr', 'patients.csv', 120_000, 'captured'),
    file('ehr', 'encounters.csv', 1_400_000, 'rejected', 'file.changed'),
    file('ehr', 'conditions.csv', 0, 'rejected', 'file.empty'),
    file('ehr', 'visits-\u001b[2Jpipe.csv', 0, 'rejected', 'file.special'),
    ...['.a', '.b', '.c', '.d'].map((name) => file('ehr', name, 0, 'ignored', 'file.hidden')),
    file('ehr', 'upload.part', 0, 'ignored', 'file.unfinished'),
  ],
  error: {
    code: 'SOURCE_CHANGED',
    message: '1 file changed while it was read; 2 files are refused for good; what else there was is captured',
    hint: 'run hippo ingest again once the sender has finished writing',
    exitCode: 75,
    retryable: true,
    retryAfterSeconds: 30,
  },
}

export const ingestNothing: IngestResult = {run: runOf('ingest', 'noop', 12), files: [file('ehr', 'patients.csv', 120_000, 'known')]}

export const publishHeldBack: PublishResult = {
  run: runOf('publish', 'noop'),
  tables: [{table: 'gold.encounter_summary', version: 40, rows: 600, state: 'noop', rolledBackFrom: 41}],
}

export const gold: GoldResult = {
  run: runOf('promote gold', 'gated', 65_000),
  models: [
    {model: 'encounter_summary', materialization: 'table', version: 41, state: 'committed', rows: 604, checks: []},
    {model: 'patient_overview', materialization: 'view', version: 3, state: 'noop', rows: 27, checks: []},
    {
      model: 'readmission_30d',
      materialization: 'table',
      version: 12,
      state: 'gated',
      rows: 88,
      checks: [check('rate.range', 'failed', 2, 88, 'rate lies between 0 and 1')],
    },
  ],
}

export const publish: PublishResult = {
  run: runOf('publish'),
  tables: [
    {table: 'encounter_summary', version: 41, previousVersion: 40, rows: 604, state: 'live'},
    {table: 'patient_overview', version: 1, rows: 27, state: 'live'},
  ],
}

export const pipeline: PipelineResult = {
  run: {...runOf('run', 'gated', 192_000), pipeline: 'nightly'},
  pipeline: 'nightly',
  steps: [
    {step: 'ingest', state: 'succeeded', result: ingest},
    {step: 'promote silver', state: 'gated', result: gatedPromotion},
    {step: 'promote gold', state: 'noop', result: {...gold, models: []} as GoldResult},
    {step: 'publish', state: 'succeeded', result: publish},
  ],
}

export const runs: readonly RunRecord[] = [
  {
    id: '019a0f3c-8f2c-7c11-9e55-0d6f1c2b3a4d',
    verb: 'run',
    pipeline: 'nightly',
    state: 'running',
    actor: 'cron',
    startedAt: '2026-03-04T11:59:40.000Z',
    host: 'h1',
    pid: 4711,
    progress: {step: 'promote silver', subject: 'observation', done: 10, unit: 'rows', at: '2026-03-04T11:59:50.000Z'},
  },
  {
    id: '019a0a11-0000-7c11-9e55-0d6f1c2b3a4d',
    verb: 'promote silver',
    state: 'failed',
    actor: 'ada',
    startedAt: '2026-03-03T02:15:00.000Z',
    finishedAt: '2026-03-03T02:18:12.000Z',
    host: 'h1',
    pid: 4712,
    error: {code: 'STORE_FULL', message: 'the disk of the lake is full', hint: 'free some space, then run the same command again'},
  },
]

export const steps: readonly RunStep[] = [
  {
    run: runs[1]?.id ?? '',
    position: 0,
    step: 'promote silver',
    subject: 'patient',
    state: 'ok',
    detail: '51 rows, 0 quarantined',
    startedAt: '2026-03-03T02:15:00.000Z',
    finishedAt: '2026-03-03T02:15:01.500Z',
  },
  {
    run: runs[1]?.id ?? '',
    position: 1,
    step: 'promote silver',
    subject: 'encounter',
    state: 'failed',
    detail: 'STORE_FULL',
    startedAt: '2026-03-03T02:15:01.500Z',
  },
]

export const history: readonly SnapshotRecord[] = [
  {
    dataset: 'observation',
    layer: 'silver',
    version: 2,
    run: runs[0]?.id ?? '',
    batch: 7,
    rows: 24_597,
    counts: rows(12_310, {quarantined: 21}),
    score: 99.8,
    contractVersion: '1.4.0',
    contractDigest: sha(1),
    committedAt: '2026-03-04T09:15:00.000Z',
    rebuilt: true,
  },
  {
    dataset: 'observation',
    layer: 'silver',
    version: 1,
    run: runs[1]?.id ?? '',
    batch: 6,
    rows: 12_310,
    contractVersion: '1.3.0',
    contractDigest: sha(2),
    committedAt: '2026-03-03T02:15:00.000Z',
  },
]

/** A dataset that nothing was promoted of. */
export const unused: StatusDataset = {dataset: 'procedure', state: 'waiting', layers: {bronze: 1}, freshness: {}, openQuarantine: 0}
