// Results as the verbs return them, chosen so that each report shows every part it has.

import type {RunRecord, RunStep, SnapshotRecord} from '../../src/core/catalog/catalog.ts'
import type {DeliveryProfile, UnitFindings} from '../../src/core/index.ts'
import type {CheckResult} from '../../src/core/model/check.ts'
import type {
  CapturedFile,
  DatasetPromotion,
  GoldResult,
  IngestResult,
  PipelineResult,
  PromotionResult,
  PublishResult,
  RejudgeResult,
  RowCounts,
  RunSummary,
  ValidationResult,
  Verb,
} from '../../src/core/model/run.ts'
import type {RunDiffProps} from '../../src/ui/report/run-diff.ts'
import type {ScoreProps} from '../../src/ui/report/score.ts'
import type {StatusDataset} from '../../src/ui/report/status.ts'

const hex = '0123456789abcdef'
const sha = (digit: number): string => (hex[digit % 16] ?? '0').repeat(64)

export const runOf = (verb: Verb, state: RunSummary['state'] = 'succeeded', durationMs = 4200): RunSummary => ({
  id: '019a0f3c-8f2c-7c11-9e55-0d6f1c2b3a4d',
  verb,
  outputs: [],
  state,
  startedAt: '2026-03-04T02:15:00.000Z',
  finishedAt: '2026-03-04T02:15:04.200Z',
  durationMs,
})

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

export const check = (
  id: string,
  outcome: CheckResult['outcome'],
  violated: number,
  denominator: number,
  description: string,
  reason?: string,
): CheckResult => ({
  id,
  rule: id.split('.').at(-1) ?? id,
  column: id.split('.')[0] ?? id,
  dimension: 'conformity',
  kahn: 'conformance.value',
  severity: outcome === 'warned' ? 'warning' : 'error',
  outcome,
  violated,
  denominator,
  percent: denominator === 0 ? 0 : (violated / denominator) * 100,
  threshold: {max: 0, unit: 'rows'},
  description,
  ...(reason === undefined ? {} : {reason}),
})

const rows = (read: number, other: Partial<RowCounts> = {}): RowCounts => {
  const rest = {quarantined: 0, duplicate: 0, unchanged: 0, waived: 0, ...other}
  return {read, accepted: read - rest.quarantined - rest.duplicate - rest.unchanged - rest.waived, ...rest}
}

const promoted = (dataset: string, counts: RowCounts, more: Partial<DatasetPromotion> = {}): DatasetPromotion => ({
  dataset,
  version: 2,
  state: 'committed',
  rows: counts,
  reasons: {},
  drift: [],
  checks: [],
  score: 100,
  ...more,
})

export const promotion: PromotionResult = {
  run: runOf('promote silver'),
  datasets: [
    promoted('patient', rows(51), {
      drift: [
        {kind: 'added', column: 'middle'},
        {kind: 'added', column: 'fips'},
        {kind: 'added', column: 'income'},
      ],
    }),
    promoted('encounter', rows(910)),
    promoted('observation', rows(12_310, {quarantined: 21, duplicate: 2}), {
      score: 99.8,
      reasons: {'value_number.type': 13, 'unit.acceptedByCode': 8},
      checks: [
        check('value_number.type', 'failed', 13, 12_310, 'value_number is a number'),
        check('unit.acceptedByCode', 'failed', 8, 12_310, 'unit is one of those allowed for its code'),
      ],
    }),
  ],
}

export const gatedPromotion: PromotionResult = {
  run: runOf('promote silver', 'gated'),
  datasets: [
    promoted('patient', rows(51)),
    promoted('encounter', rows(910, {quarantined: 280}), {
      state: 'gated',
      score: 69,
      reasons: {'stop.temporalOrder': 280},
      error: {
        code: 'SOURCE_GATED',
        message: '31 % of its rows would be quarantined (limit 20 %)',
        hint: 'see it with hippo validate --file inbox/encounters.csv --contract contracts/encounter.odcs.yaml; then correct the contract and promote again, or leave batch 3 out with hippo promote silver encounter --skip-batch 3 --reason TEXT',
        location: {file: '/clinic/contracts/encounter.odcs.yaml', line: 31, column: 11},
        exitCode: 3,
        retryable: false,
      },
      checks: [check('stop.temporalOrder', 'failed', 280, 910, 'stop is not before start')],
    }),
    promoted('observation', rows(0), {
      version: -1,
      state: 'failed',
      error: {
        code: 'TABLE_CONFLICT',
        message: 'another writer changed the table first',
        exitCode: 75,
        retryable: true,
        retryAfterSeconds: 5,
      },
    }),
  ],
}

export const rebuiltPromotion: PromotionResult = {
  run: runOf('promote silver', 'succeeded'),
  datasets: [
    promoted('patient', rows(51), {
      earlierBatches: [4, 5],
      rebuild: {
        silver: {before: 48, after: 51, added: 3, removed: 0, changed: 2},
        quarantine: {before: 3, after: 0, added: 0, removed: 3, changed: 0},
      },
    }),
    promoted('encounter', rows(910), {rebuild: {silver: {before: 900, after: 910}, quarantine: {before: 0, after: 0}}}),
  ],
}

export const skippedPromotion: PromotionResult = {
  run: runOf('promote silver'),
  datasets: [
    promoted('patient', rows(0), {skipped: {batch: 3, outcome: 'leftOut', files: 2, rows: 1210, reason: 'sent again as batch 4'}}),
    promoted('encounter', rows(910), {skipped: {batch: 3, outcome: 'filesLeftOut', files: 1, reason: 'torn'}}),
    promoted('observation', rows(12), {skipped: {batch: 3, outcome: 'kept', files: 1}}),
  ],
}

export const publishHeldBack: PublishResult = {
  run: runOf('publish', 'noop'),
  tables: [{table: 'gold.encounter_summary', version: 40, rows: 600, state: 'noop', rolledBackFrom: 41}],
}

export const validation: ValidationResult = {
  run: runOf('validate', 'gated', 812),
  datasets: [
    {dataset: 'patient', version: 2, score: 100, checks: [check('id.unique', 'passed', 0, 51, 'id is unique')]},
    {
      dataset: 'observation',
      version: 2,
      score: 98.4,
      checks: [
        check('code.pattern', 'passed', 0, 12_310, 'code looks like a LOINC code'),
        check('value_number.range', 'warned', 1, 12_310, 'value_number lies between 0 and 500'),
        check('patient.reference', 'failed', 37, 12_310, 'patient is an id of patient'),
        check('loinc.memberOf', 'notChecked', 0, 0, 'code is in the value set', 'the table loinc is not there'),
        check('stop.required', 'off', 0, 0, 'stop is present', 'switched off in the contract'),
      ],
    },
  ],
}

const verdict = (outcome: 'passed' | 'warned' | 'failed', max: number) =>
  ({outcome, severity: outcome === 'warned' ? 'warning' : 'error', threshold: {max, unit: 'percent'}}) as const
const ofResult = {
  layer: 'silver',
  run: 'run',
  version: 2,
  at: '2026-03-03T02:15:00.000Z',
  violated: 37,
  denominator: 12_310,
  percent: 0.3,
} as const

export const rejudged: RejudgeResult = {
  run: runOf('rejudge', 'noop', 412),
  applied: false,
  datasets: [
    {dataset: 'patient', contractVersion: '1.0.0', results: 12, changed: [], notRejudged: []},
    {
      dataset: 'observation',
      contractVersion: '1.5.0',
      results: 240,
      changed: [
        {...ofResult, id: 'patient.reference', before: verdict('failed', 0), after: verdict('passed', 1)},
        {...ofResult, id: 'patient.reference', run: 'other', before: verdict('failed', 0), after: verdict('passed', 1)},
        {...ofResult, id: 'value_number.range', before: verdict('passed', 1), after: verdict('passed', 2)},
      ],
      notRejudged: [{id: 'code.pattern', results: 9, because: 'the rule has changed: its rows have to be read again'}],
    },
  ],
}

const judgedSide = (outcome: string, violated: number, denominator = 12_310) =>
  ({outcome, violated, denominator, percent: denominator === 0 ? 0 : (100 * violated) / denominator}) as const

export const runDiff: RunDiffProps = {
  datasets: [
    {
      dataset: 'observation',
      after: {run: '0195f8a3-1111-7000-8000-000000000002', at: '2026-03-04T02:15:00.000Z'},
      before: {run: '0195f3aa-1111-7000-8000-000000000001', at: '2026-03-03T02:15:00.000Z'},
      changes: [
        {id: 'id.unique', state: 'stable', before: judgedSide('passed', 0), after: judgedSide('passed', 0)},
        {id: 'stop.required', state: 'resolved', before: judgedSide('failed', 4), after: judgedSide('passed', 0)},
        {
          id: 'patient.reference',
          state: 'existing',
          before: judgedSide('failed', 11),
          after: judgedSide('failed', 13),
          rows: {new: 2, existing: 11, resolved: 0, items: [{state: 'new', file: 'obs_0304.csv', line: 8112}]},
        },
        {id: 'code.pattern', state: 'new', ruleChanged: true, before: judgedSide('passed', 0), after: judgedSide('failed', 37)},
        {
          id: 'loinc.memberOf',
          state: 'notCompared',
          because: 'it came to no verdict: file loinc.csv: it cannot be read',
          before: judgedSide('failed', 3),
          after: judgedSide('errored', 0, 0),
        },
      ],
    },
    {dataset: 'device', after: {run: '0195f8a3-1111-7000-8000-000000000002', at: '2026-03-04T02:15:00.000Z'}, changes: []},
  ],
  counts: {new: 1, existing: 1, resolved: 1, stable: 1, notCompared: 1},
}

export const scores: ScoreProps = {
  datasets: [
    {
      dataset: 'observation',
      layer: 'silver',
      score: 98.4,
      judgement: {version: 2, at: '2026-03-04T02:15:00.000Z'},
      dimensions: [
        {dimension: 'conformity', score: 96.12, checks: 8},
        {dimension: 'completeness', score: 100, checks: 5},
      ],
      checks: [
        {id: 'code.pattern', score: 88.4},
        {id: 'id.required', score: 100},
      ],
      earlier: {score: 99.5},
      moved: [
        {id: 'code.pattern', points: -1.3},
        {id: 'stop.required', points: 0.2},
      ],
    },
    {dataset: 'device', layer: 'silver', dimensions: [], checks: [], moved: []},
  ],
  sources: [
    {source: 'ehr', score: 98.4, datasets: 1},
    {source: 'lims', datasets: 0},
  ],
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

export const units: UnitFindings = {
  dataset: 'result',
  columns: {code: 'code', value: 'value', unit: 'unit'},
  rows: 12_310,
  isCut: true,
  spellings: [{spelling: 'gm/dL\u001b[2J', unit: 'g/dL', rows: 412}],
  unknownUnits: 3,
  missingUnits: 1,
  several: [
    {
      code: '2160-0',
      to: 'mg/dL',
      units: [
        {unit: 'mg/dL', rows: 900, converts: true, values: [0.6, 0.9, 1.3]},
        {unit: 'umol/L', rows: 80, converts: true, values: [53, 80, 115], after: [0.6, 0.9, 1.3]},
        {unit: 'g/L', rows: 2, converts: true},
      ],
    },
  ],
  mixes: [
    {
      kind: 'mixed',
      code: '2345-7',
      from: 'mmol/L',
      unit: 'mg/dL',
      side: 'below',
      bound: 23.5,
      values: 40,
      before: [4.1, 5.9, 7.7],
      after: [73.9, 106.3, 138.7],
      others: [74.2, 114.7, 155.2],
    },
    {kind: 'undecided', code: '8302-2', unit: 'cm', from: ['[in_i]'], values: 31, reason: 'the values of both units run into each other'},
  ],
  patch: '- {step: rescaleUnit, code: "code", received: "value_received", cases: {"2345-7": {from: "mmol/L", to: "mg/dL", below: 23.5}}}\n',
}

export const profile: DeliveryProfile = {
  dataset: 'visit',
  rows: 12_310,
  malformed: 2,
  sampled: 4000,
  columns: [
    {name: 'visit_id', type: 'integer', missing: 0, distinct: 12_310, isUnique: true, forms: [{form: '9+', percent: 100}], top: []},
    {name: 'ward\u001b[2J', type: 'string', missing: 75, distinct: 3, isUnique: false, forms: [], top: [{value: 'North', percent: 61.2}]},
    {
      name: 'weight',
      type: 'number',
      missing: 195,
      distinct: 812,
      isUnique: false,
      range: [2.1, 181.5],
      quantiles: {p5: 41.25, p25: 58, p50: 71.300000001, p75: 84, p95: 110},
      forms: [{form: '9{2}.9', percent: 80}],
      top: [],
    },
    {
      name: 'mail',
      type: 'string',
      missing: 0,
      distinct: 12_001,
      isUnique: false,
      phiCategory: 'email',
      forms: [
        {form: 'a+@a+.a+', percent: 90.5},
        {form: 'a+9@a+.a+', percent: 3},
      ],
      top: [{value: '••••', percent: 0.4}],
    },
  ],
  keys: ['visit_id'],
  dependencies: [{determinedBy: 'ward_code', column: 'ward', outvoted: 12}],
  suggestions: [
    {
      id: 'ward.functionalDependency',
      rule: 'functionalDependency',
      column: 'ward',
      description: 'ward is what 66 % of the rows with the same ward_code say, where there are 3 or more',
      violated: 12,
      denominator: 12_235,
      percent: 0.0981,
    },
  ],
}
