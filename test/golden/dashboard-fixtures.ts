// A hospital with something of every state, and one whose names and texts try to take over the terminal.
import type {CheckRecord, DatasetStatus, RunItem} from '../../src/core/query/index.ts'
import type {ReaderFacts} from '../support/fake-reader.ts'

export const now = new Date('2026-03-04T12:00:00Z')
const runId = (digit: number): string => `019cb7${digit}0-8f2c-7c11-9e55-0d6f1c2b3a4d`

const dataset = (name: string, more: Partial<DatasetStatus> = {}): DatasetStatus => ({
  dataset: name,
  state: 'ok',
  layers: {bronze: 7, silver: 2, gold: 2},
  liveVersion: 2,
  freshness: {updatedAt: '2026-03-04T10:00:00.000Z', promisedHours: 24, isLate: false},
  score: 100,
  scores: [100, 100, 100, 98, 100, 100, 97.5, 100, 100, 100, 100, 100, 100, 100],
  openQuarantine: 0,
  lastRun: {id: runId(1), state: 'committed', at: '2026-03-04T10:00:04.200Z', durationMs: 4200},
  ...more,
})

const check = (id: string, more: Partial<CheckRecord> = {}): CheckRecord => ({
  dataset: 'observation',
  layer: 'silver',
  version: 2,
  run: runId(1),
  at: '2026-03-04T10:00:00.000Z',
  id,
  rule: id.split('.').at(-1) ?? id,
  column: id.split('.')[0] ?? id,
  dimension: 'conformity',
  kahn: 'conformance.value',
  severity: 'error',
  outcome: 'failed',
  violated: 13,
  denominator: 12_310,
  percent: (100 * 13) / 12_310,
  threshold: {max: 0.05, unit: 'percent'},
  description: 'value_number can be read as its type',
  ...more,
})

const run = (digit: number, more: Partial<RunItem> = {}): RunItem => ({
  id: runId(digit),
  verb: 'run',
  pipeline: 'nightly',
  state: 'succeeded',
  actor: 'cron',
  startedAt: '2026-03-04T02:15:00.000Z',
  finishedAt: '2026-03-04T02:15:04.200Z',
  durationMs: 4200,
  host: 'ward-3',
  pid: 4711,
  outputs: [{uri: 'file:///srv/lake/silver/observation', version: 2, digest: '77b3'.repeat(16)}],
  ...more,
})

const progress = {step: 'promote silver', subject: 'observation', done: 8_100_000, total: 12_300_000, unit: 'rows', at: now.toISOString()}
const working = run(5, {state: 'running', startedAt: '2026-03-04T11:59:30.000Z'})
const {
  finishedAt: _finished,
  durationMs: _took,
  ...running
} = {...working, progress: {...progress, rowsPerSecond: 412_000, remainingMs: 10_194}}

const history = [13, 11, 2, 0, 0].map((violated, age) =>
  check('value_number.type', {
    violated,
    percent: (100 * violated) / 12_310,
    outcome: violated === 0 ? 'passed' : 'failed',
    at: `2026-03-0${4 - Math.min(age, 3)}T10:00:00.000Z`,
    version: 5 - age,
    run: runId(9 - age),
  }),
)

export const hospital: ReaderFacts = {
  name: 'st-elsewhere',
  datasets: [
    dataset('condition'),
    dataset('encounter', {
      state: 'gated',
      score: 69,
      scores: [100, 100, 100, 100, 69],
      freshness: {updatedAt: '2026-03-03T10:00:00.000Z', promisedHours: 24, isLate: true},
      openQuarantine: 280,
      lastRun: {id: runId(1), state: 'gated', at: '2026-03-04T11:44:00.000Z', durationMs: 900},
    }),
    dataset('medication', {
      layers: {bronze: 7, silver: 3, gold: 4},
      liveVersion: 3,
      state: 'running',
      lastRun: {id: runId(5), state: 'running', at: '2026-03-04T11:59:30.000Z'},
    }),
    dataset('observation', {state: 'warned', score: 99.8, openQuarantine: 21}),
    {dataset: 'procedure', state: 'waiting', layers: {bronze: 7}, freshness: {}, scores: [], openQuarantine: 0},
    dataset('readmission_30d', {layers: {gold: 12}, liveVersion: 12, freshness: {updatedAt: '2026-03-04T10:00:00.000Z'}}),
  ],
  attention: [
    {
      kind: 'gated',
      dataset: 'encounter',
      what: 'was not committed: 31.0 % of its rows would be quarantined (limit 20 %)',
      since: '2026-03-04T11:44:00.000Z',
      command: 'hippo promote silver encounter',
      run: runId(1),
    },
    {
      kind: 'late',
      dataset: 'encounter',
      what: 'no fresh data within the promised 24 h',
      since: '2026-03-04T10:00:00.000Z',
      command: 'hippo ingest',
    },
    {
      kind: 'quarantine',
      dataset: 'observation',
      what: '21 rows in quarantine',
      since: '2026-03-02T10:00:00.000Z',
      command: 'hippo quarantine list observation',
    },
  ],
  running: [
    {
      run: running,
      step: {verb: 'promote silver', step: 'promote silver', subject: 'observation', startedAt: '2026-03-04T11:59:40.000Z'},
      progress: running.progress,
    },
  ],
  runs: [
    running,
    run(4, {
      verb: 'validate',
      state: 'failed',
      error: {code: 'STORE_FULL', message: 'the disk of the lake is full', hint: 'free some space, then run the same command again'},
    }),
    run(3, {state: 'gated', startedAt: '2026-03-03T02:15:00.000Z', durationMs: 192_000}),
    run(2, {state: 'noop', startedAt: '2026-03-02T02:15:00.000Z', actor: 'ada'}),
    run(1, {verb: 'ingest', parent: runId(3), startedAt: '2026-03-03T02:15:01.000Z'}),
  ],
  detail: {
    steps: [
      {
        run: runId(4),
        position: 0,
        step: 'promote silver',
        subject: 'patient',
        state: 'ok',
        detail: '51 rows, 0 quarantined',
        startedAt: '2026-03-04T02:15:00.000Z',
        finishedAt: '2026-03-04T02:15:01.500Z',
      },
      {
        run: runId(4),
        position: 1,
        step: 'promote silver',
        subject: 'encounter',
        state: 'failed',
        detail: 'STORE_FULL',
        startedAt: '2026-03-04T02:15:01.500Z',
        finishedAt: '2026-03-04T02:15:04.200Z',
      },
    ],
    children: [run(1, {verb: 'ingest'})],
    checks: [check('value_number.type'), check('code.required', {outcome: 'passed', violated: 0, percent: 0})],
  },
  snapshots: [
    {
      dataset: 'observation',
      layer: 'silver',
      version: 2,
      run: runId(1),
      batch: 7,
      rows: 24_597,
      counts: {read: 12_310, accepted: 12_287, quarantined: 21, duplicate: 2, unchanged: 0, waived: 0},
      drift: [{kind: 'added', column: 'middle'}],
      score: 99.8,
      contractVersion: '1.4.0',
      contractDigest: 'ab'.repeat(32),
      committedAt: '2026-03-04T10:00:00.000Z',
    },
  ],
  checks: [
    check('value_number.type'),
    check('unit_for_code', {violated: 8, percent: (100 * 8) / 12_310, description: 'unit is one of those allowed for its code'}),
    check('issued_at.notInFuture', {
      outcome: 'warned',
      severity: 'warning',
      violated: 1,
      percent: 100 / 12_310,
      description: 'issued_at is not in the future',
    }),
    check('rate.range', {
      dataset: 'readmission_30d',
      layer: 'gold',
      outcome: 'notChecked',
      violated: 0,
      denominator: 0,
      percent: 0,
      reason: 'the table loinc is not there',
    }),
    check('code.required', {outcome: 'passed', violated: 0, percent: 0, description: 'code is present'}),
  ],
  history,
  reasons: [
    {dataset: 'observation', reason: 'value_number.type', rows: 13, description: 'value_number can be read as its type'},
    {dataset: 'observation', reason: 'csv.fieldCount', rows: 8, description: 'the record has more or fewer fields than the header'},
  ],
  rows: [
    {
      batch: 7,
      file: '2026-03-03/obs_0303.csv',
      row: 8111,
      line: 8112,
      run: runId(1),
      reasons: ['value_number.type'],
      quarantinedAt: '2026-03-04T10:00:00.000Z',
      contractVersion: '1.4.0',
      state: 'open',
      sha256: 'a'.repeat(64),
      values: {value_number: '>200', patient_id: '••••', code: '2345-7', note: null},
    },
    {
      batch: 7,
      file: '2026-03-03/obs_0303.csv',
      row: 8239,
      line: 8240,
      run: runId(1),
      reasons: ['value_number.type', 'unit_for_code'],
      quarantinedAt: '2026-03-04T10:00:00.000Z',
      contractVersion: '1.4.0',
      state: 'open',
      sha256: 'a'.repeat(64),
      values: {value_number: 'hemolyzed', patient_id: '••••', code: '2345-7', note: 'a\u001b[2Jb'},
    },
  ],
  total: 13,
  waiting: [],
}

/** The same after `hippo validate`, and with a delivery that a gate refused. */
export const validated: ReaderFacts = {
  ...hospital,
  checks: [
    ...hospital.checks,
    check('issued_at.notInFuture', {isValidation: true, outcome: 'warned', severity: 'warning', violated: 1, percent: 100 / 12_287}),
    check('value_number.type', {isValidation: true, outcome: 'passed', violated: 0, denominator: 12_287, percent: 0}),
  ],
  history: [
    check('value_number.type', {isValidation: true, outcome: 'passed', violated: 0, denominator: 12_287, percent: 0, run: runId(0)}),
    ...history,
  ],
  rows: [],
  total: 0,
  waiting: [
    {
      batch: 8,
      file: 'inbox/ehr/obs 0304.csv',
      command: "hippo validate --file 'inbox/ehr/obs 0304.csv' --contract contracts/observation.odcs.yaml",
    },
  ],
}

const nasty = 'a\u001b[31m\u001b]0;owned\u0007b\r\n\u202etxt.exe\u009b2J'
const wide = '患者データ🏥👩‍⚕️é'

/** The same, with every text that comes from outside made hostile. */
export const hostile: ReaderFacts = {
  ...hospital,
  name: nasty,
  datasets: [dataset(nasty), dataset(wide, {state: 'warned'}), dataset('x'.repeat(300))],
  attention: [
    {kind: 'failed', dataset: nasty, what: nasty, since: 'not a time', command: `hippo ${nasty}`, run: runId(1)},
    {
      kind: 'gated',
      dataset: wide,
      what: wide.repeat(20),
      since: '2026-03-04T11:44:00.000Z',
      command: `hippo promote silver ${wide}`,
      run: runId(1),
    },
  ],
  running: [],
  runs: [
    run(4, {verb: 'ingest', actor: nasty, state: 'failed', error: {code: nasty, message: nasty, hint: nasty}}),
    run(3, {actor: wide, host: nasty}),
  ],
  detail: {
    steps: [
      {run: runId(4), position: 0, step: nasty, subject: wide, state: 'failed', detail: nasty, startedAt: '2026-03-04T02:15:00.000Z'},
    ],
    children: [],
    checks: [check(nasty, {dataset: wide, description: nasty})],
  },
  checks: [check(nasty, {dataset: wide, description: nasty}), check(wide, {dataset: nasty, outcome: 'notChecked', reason: nasty})],
  history: history.map((result) => ({...result, id: nasty, description: `${nasty} ${wide}`})),
  reasons: [{dataset: nasty, reason: nasty, rows: 1, description: nasty}],
  rows: [
    {
      batch: 1,
      file: nasty,
      row: 1,
      line: 2,
      run: runId(1),
      reasons: [nasty, wide],
      quarantinedAt: '2026-03-04T10:00:00.000Z',
      contractVersion: nasty,
      state: 'open',
      sha256: 'a'.repeat(64),
      values: {[nasty]: nasty, [wide]: wide.repeat(30), ['x'.repeat(200)]: 'y'.repeat(5000)},
    },
  ],
}

/** More than any terminal shows at once. */
export const crowded: ReaderFacts = {
  ...hospital,
  datasets: Array.from({length: 60}, (_, index) => dataset(`table_${String(index).padStart(2, '0')}`)),
  attention: Array.from({length: 25}, (_, index) => ({
    kind: 'quarantine' as const,
    dataset: `table_${String(index).padStart(2, '0')}`,
    what: `${index + 1} rows in quarantine`,
    since: '2026-03-02T10:00:00.000Z',
    command: `hippo quarantine list table_${String(index).padStart(2, '0')}`,
  })),
}
