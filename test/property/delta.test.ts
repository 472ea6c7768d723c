// The algebra of a Delta log: replay in pieces, through NDJSON and through checkpoints gives one and the same state, and
// whatever commits meet in whatever order, the table is what the commits that stand would have made one after the other.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {type AddAction, encodeEntry, type LogEntry} from '../../src/core/delta/actions.ts'
import {encodeCheckpoint} from '../../src/core/delta/checkpoint.ts'
import {commit} from '../../src/core/delta/commit.ts'
import {decodeEntry} from '../../src/core/delta/decode-entry.ts'
import {readCheckpoint} from '../../src/core/delta/read-checkpoint.ts'
import {emptyState, replay, type TableState, toEntry} from '../../src/core/delta/replay.ts'
import {readSnapshot, type Snapshot} from '../../src/core/delta/snapshot.ts'
import {memoryStore} from '../../src/core/store/memory/memory-store.ts'

const seed = process.env.HIPPO_TEST_SEED === undefined ? {} : {seed: Number(process.env.HIPPO_TEST_SEED)}
const runs = (numRuns: number) => ({numRuns, ...seed})

const path = fc.constantFrom('a.parquet', 'b.parquet', 'c=1/x%2520y.parquet', 'd%20e.parquet', 'f.parquet')
const text = fc.string({unit: 'grapheme', maxLength: 12})
const partitionValues = fc.dictionary(fc.constantFrom('c', 'd'), fc.option(text.filter((value) => value !== '')), {
  maxKeys: 2,
  noNullPrototype: true,
})
const size = fc.nat({max: 2 ** 40})
const add = fc.record(
  {path, partitionValues, size, modificationTime: size, dataChange: fc.boolean(), stats: text},
  {noNullPrototype: true, requiredKeys: ['path', 'partitionValues', 'size', 'modificationTime', 'dataChange']},
)
const remove = fc.record(
  {path, dataChange: fc.boolean(), deletionTimestamp: size, partitionValues, size},
  {noNullPrototype: true, requiredKeys: ['path', 'dataChange', 'deletionTimestamp']},
)
const txn = fc.record(
  {appId: fc.constantFrom('a', 'b', 'ü'), version: fc.nat(), lastUpdated: size},
  {noNullPrototype: true, requiredKeys: ['appId', 'version']},
)
const protocol = fc.constantFrom(
  {minReaderVersion: 1, minWriterVersion: 2},
  {minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['x'], writerFeatures: ['x', 'y']},
)
const metaData = fc.record(
  {
    id: fc.uuid(),
    name: text,
    format: fc.constant({provider: 'parquet', options: {}}),
    schemaString: text,
    partitionColumns: fc.array(
      text.filter((value) => value !== ''),
      {maxLength: 2},
    ),
    configuration: fc.dictionary(fc.constantFrom('delta.x', 'delta.y'), text, {noNullPrototype: true}),
    createdTime: size,
  },
  {noNullPrototype: true, requiredKeys: ['id', 'format', 'schemaString', 'partitionColumns', 'configuration']},
)
const entry: fc.Arbitrary<LogEntry> = fc.record(
  {
    protocol,
    metaData,
    txn: fc.uniqueArray(txn, {maxLength: 2, selector: ({appId}) => appId}),
    add: fc.uniqueArray(add, {maxLength: 3, selector: (action) => action.path}),
    remove: fc.uniqueArray(remove, {maxLength: 3, selector: (action) => action.path}),
  },
  {noNullPrototype: true, requiredKeys: ['txn', 'add', 'remove']},
)
const log = fc.array(entry, {maxLength: 8})

/** Order of files is part of the state; objects compare by value. */
const shown = ({protocol, metaData, txns, files, tombstones}: TableState) => ({
  protocol,
  metaData,
  txns: new Map(txns),
  files: [...files],
  tombstones: new Map(tombstones),
})

describe('log replay', () => {
  it('gives the same in pieces as in one go', () => {
    fc.assert(
      fc.property(log, fc.nat(8), (entries, cut) => {
        const whole = replay(emptyState, entries)
        const pieces = replay(replay(emptyState, entries.slice(0, cut)), entries.slice(cut))

        expect(shown(pieces)).toEqual(shown(whole))
      }),
      runs(300),
    )
  })

  it('keeps exactly the files whose last word is add', () => {
    fc.assert(
      fc.property(log, (entries) => {
        const words = entries.flatMap((e) => [
          ...e.remove.map((r) => [r.path, 'remove'] as const),
          ...e.add.map((a) => [a.path, 'add'] as const),
        ])
        const last = new Map(words)

        const {files, tombstones} = replay(emptyState, entries)

        const live = [...last].filter(([, word]) => word === 'add').map(([p]) => decodeURIComponent(p))
        expect([...files.keys()].toSorted()).toEqual(live.toSorted())
        expect(files.size + tombstones.size).toBe(last.size)
      }),
      runs(300),
    )
  })

  it('is undone by nothing: a state written as one entry gives itself', () => {
    fc.assert(
      fc.property(log, (entries) => {
        const state = replay(emptyState, entries)

        expect(shown(replay(emptyState, [toEntry(state)]))).toEqual(shown(state))
      }),
      runs(300),
    )
  })

  it('survives NDJSON', () => {
    fc.assert(
      fc.property(entry, (original) => {
        fc.pre(original.add.length + original.remove.length + original.txn.length > 0 || original.protocol !== undefined)

        expect(decodeEntry(encodeEntry(original))).toEqual(original)
      }),
      runs(300),
    )
  })

  it('survives a checkpoint', async () => {
    await fc.assert(
      fc.asyncProperty(log, async (entries) => {
        const state = replay(emptyState, entries)
        const store = memoryStore()
        // As old as the epoch: no tombstone has expired by then.
        const {bytes} = await encodeCheckpoint(state, 0)
        await store.putIfAbsent('c', bytes)

        const read = await readCheckpoint(store, 't', {version: 0, keys: ['c']})

        const settled = <T extends object>(actions: ReadonlyMap<string, T>) =>
          new Map([...actions].map(([key, action]) => [key, {...action, dataChange: false}]))
        expect(shown(read)).toEqual(shown({...state, files: settled(state.files), tombstones: settled(state.tombstones)}))
      }),
      runs(100),
    )
  })

  it('never reads a cut-off commit of its own as a smaller one', async () => {
    const store = memoryStore()
    const fields = [{name: 'id', type: 'int64', nullable: true}] as const
    await commit(store, 't', undefined, {mode: 'append', fields, add: ['a', 'b', 'c'].map(fakeAdd)})
    const key = 't/_delta_log/00000000000000000000.json'
    const whole = await store.get(key)

    // Without its last newline an entry still says everything.
    for (let length = 0; length < whole.byteLength - 1; length++) {
      await store.put(key, whole.subarray(0, length))
      await expect(readSnapshot(store, 't')).rejects.toMatchObject({code: 'TABLE_CORRUPT'})
    }
  })
})

function fakeAdd(name: string): AddAction {
  return {path: `${name}.parquet`, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true, stats: '{"numRecords":1}'}
}

describe('commits that meet', () => {
  interface Step {
    readonly mode: 'append' | 'overwrite' | 'merge'
    /** How many versions the writer's base lags behind. */
    readonly lag: number
    readonly pick: number
  }
  const step: fc.Arbitrary<Step> = fc.record({mode: fc.constantFrom('append', 'overwrite', 'merge'), lag: fc.nat(3), pick: fc.nat(1000)})

  it('make the table that the standing ones make one after the other; none stands that saw another table than it changed', async () => {
    const fields = [{name: 'id', type: 'int64', nullable: true}] as const
    await fc.assert(
      fc.asyncProperty(fc.array(step, {maxLength: 25}), async (steps) => {
        const store = memoryStore()
        const snapshots: Snapshot[] = [await commit(store, 't', undefined, {mode: 'append', add: [], fields})]
        let model: readonly string[] = []
        for (const [index, {mode, lag, pick}] of steps.entries()) {
          const base = snapshots[Math.max(0, snapshots.length - 1 - lag)]
          if (base === undefined) throw new Error('there is always a first snapshot')
          const seen = [...base.files.values()]
          const remove = mode === 'merge' ? {remove: seen.filter((_, i) => (i + pick) % 2 === 0)} : {}
          const isSameTable = base.version === snapshots.length - 1 || seen.map((file) => file.path).join() === model.join()
          const outcome = await commit(store, 't', base, {mode, add: [fakeAdd(`f${index}`)], ...remove}, {checkpointEvery: 4}).catch(
            (error: unknown) => error,
          )
          if (outcome instanceof Error) {
            expect(outcome).toMatchObject({code: 'TABLE_CONFLICT'})
            expect(mode).not.toBe('append')
            expect(isSameTable).toBe(false)
            continue
          }
          if (mode !== 'append') expect(isSameTable).toBe(true)
          const gone = new Set(mode === 'overwrite' ? model : (remove.remove ?? []).map((file) => file.path))
          model = [...model.filter((p) => !gone.has(p)), `f${index}.parquet`]
          snapshots.push(outcome as Snapshot)
        }

        const end = await readSnapshot(store, 't')

        expect([...(end?.files.keys() ?? [])]).toEqual(model)
        expect(end?.version).toBe(snapshots.length - 1)
      }),
      runs(100),
    )
  })
})
