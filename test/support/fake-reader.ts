// A reader that answers from given facts: it is a port, and screens know nothing else.
import {HippoError} from '../../src/core/errors/hippo-error.ts'
import type {
  Attention,
  CheckRecord,
  DatasetStatus,
  Liveness,
  QuarantinedRow,
  QuarantineReason,
  Reader,
  RunDetail,
  RunItem,
  RunningRun,
  SnapshotRecord,
  WaitingFile,
} from '../../src/core/query/index.ts'

export interface ReaderFacts {
  readonly name: string
  readonly datasets: readonly DatasetStatus[]
  readonly attention: readonly Attention[]
  readonly running: readonly RunningRun[]
  readonly runs: readonly RunItem[]
  readonly detail: Omit<RunDetail, 'run' | 'outputs'>
  readonly snapshots: readonly SnapshotRecord[]
  readonly checks: readonly CheckRecord[]
  readonly history: readonly CheckRecord[]
  readonly reasons: readonly QuarantineReason[]
  readonly rows: readonly QuarantinedRow[]
  readonly total: number
  readonly waiting: readonly WaitingFile[]
}

export const noFacts: ReaderFacts = {
  name: 'empty',
  datasets: [],
  attention: [],
  running: [],
  runs: [],
  detail: {steps: [], children: [], checks: []},
  snapshots: [],
  checks: [],
  history: [],
  reasons: [],
  rows: [],
  total: 0,
  waiting: [],
}

export interface FakeReader extends Reader {
  /** What the reader answers from now on; who watches hears of it. */
  become(facts: ReaderFacts): void
  /** The connection is lost, or back. */
  turn(liveness: Liveness): void
  /** Questions so far, by name. */
  readonly asked: Readonly<Record<string, number>>
}

export interface FakeOptions {
  /** Every question waits for this first: a promise that never resolves, or one that rejects. */
  readonly before?: () => Promise<void>
  readonly since?: string
}

export function fakeReader(
  given: ReaderFacts,
  {before = async () => undefined, since = '2026-03-04T11:00:00.000Z'}: FakeOptions = {},
): FakeReader {
  let facts = given
  const asked: Record<string, number> = {}
  let tell: ((liveness: Liveness) => void) | undefined
  const answer = async <T>(question: string, make: (facts: ReaderFacts) => T): Promise<T> => {
    asked[question] = (asked[question] ?? 0) + 1
    await before()
    return make(facts)
  }
  return {
    name: given.name,
    asked,
    overview: () => answer('overview', ({datasets, attention}) => ({datasets, attention})),
    running: () => answer('running', ({running}) => running),
    runs: ({limit}) => answer('runs', ({runs}) => runs.slice(0, limit)),
    run: (id) =>
      answer('run', ({runs, detail}) => {
        const run = runs.find((one) => one.id === id)
        if (run === undefined) throw new HippoError('CONFIG_RUN_UNKNOWN', {message: `there is no run ${id}`})
        return {run, outputs: run.outputs, ...detail}
      }),
    snapshots: () => answer('snapshots', ({snapshots}) => snapshots),
    checks: ({dataset} = {}) =>
      answer('checks', ({checks}) => checks.filter((check) => dataset === undefined || check.dataset === dataset)),
    checkHistory: () => answer('checkHistory', ({history}) => history),
    quarantineClusters: async () => [],
    quarantineReasons: ({dataset} = {}) =>
      answer('quarantineReasons', ({reasons}) => reasons.filter((reason) => dataset === undefined || reason.dataset === dataset)),
    quarantinedRows: () => answer('quarantinedRows', ({rows, total}) => ({rows, total})),
    waitingFiles: () => answer('waitingFiles', ({waiting}) => waiting),
    lineage: () => answer('lineage', () => ({of: {layer: 'silver', name: 'x', version: 1}, upstream: [], downstream: []})),
    audit: () => answer('audit', () => []),
    watch: async (onChange, {signal}) => {
      tell = onChange
      onChange({state: 'live', since})
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), {once: true}))
    },
    close: async () => undefined,
    become: (next) => {
      facts = next
      tell?.({state: 'live', since})
    },
    turn: (liveness) => tell?.(liveness),
  }
}
