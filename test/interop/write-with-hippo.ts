// Writes tables with hippo's Delta module, as its pipeline would: `write-with-hippo.ts make FOLDER` makes one table for each
// thing that a reader may stumble over and prints their folders; `append TABLE FIRST` appends two rows to a table of ids.
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {basename, dirname, join, resolve} from 'node:path'
import type {AddAction, CdcAction} from '../../src/core/delta/actions.ts'
import {stageChanges, stageFiles} from '../../src/core/delta/add-files.ts'
import {commit} from '../../src/core/delta/commit.ts'
import {planRestore} from '../../src/core/delta/restore.ts'
import type {Field} from '../../src/core/delta/schema.ts'
import {silentChanges} from '../../src/core/delta/silent-changes.ts'
import {readSnapshot, type Snapshot} from '../../src/core/delta/snapshot.ts'
import type {ProtectedColumns} from '../../src/core/delta/stats.ts'
import type {TableChange} from '../../src/core/delta/table-change.ts'
import {planVacuum, vacuum} from '../../src/core/delta/vacuum.ts'
import type {Engine, WrittenFile} from '../../src/core/engine/engine.ts'
import {openPolarsEngine} from '../../src/core/engine/polars/polars-engine.ts'
import type {ScalarValue} from '../../src/core/expr/expr.ts'
import type {Plan, PlanColumn} from '../../src/core/expr/plan.ts'
import {openLocalStore} from '../../src/core/store/local/local-store.ts'
import type {ObjectStore} from '../../src/core/store/object-store.ts'

type Rows = readonly (readonly ScalarValue[])[]

const ids: readonly Field[] = [
  {name: 'id', type: 'int64', nullable: true},
  {name: 'name', type: 'string', nullable: true},
]
const idRows = (from: number, to: number): Rows =>
  Array.from({length: to - from + 1}, (_, index) => [BigInt(from + index), `n${from + index}`])

class Writer {
  constructor(store: ObjectStore, engine: Engine) {
    this.store = store
    this.engine = engine
  }
  readonly store: ObjectStore
  readonly engine: Engine

  /** Files that hold the rows, in the table's folder. */
  async files(table: string, fields: readonly Field[], rows: Rows, hidden: ProtectedColumns = new Set()): Promise<readonly AddAction[]> {
    return this.written(fields, rows, (files) => stageFiles(this.store, table, files, fields, hidden))
  }

  private async written<T>(fields: readonly Field[], rows: Rows, stage: (files: readonly WrittenFile[]) => Promise<T>): Promise<T> {
    const directory = await mkdtemp(join(tmpdir(), 'hippo-interop-'))
    const isList = ({type}: Field): boolean => typeof type === 'object' && type.kind === 'list'
    const columns = fields.map(
      (field): PlanColumn => ({name: field.name, type: isList(field) ? 'string' : (field.type as PlanColumn['type'])}),
    )
    const plan: Plan = {kind: 'values', columns, rows}
    const lists = fields.filter(isList).map(({name}) => name)
    const {outputs} = await this.engine.write([{name: 'rows', plan, columns, format: 'parquet', directory, lists}], {
      stagingDirectory: directory,
    })
    const staged = await stage(outputs.flatMap(({files}) => files))
    await rm(directory, {recursive: true})
    return staged
  }

  /** Files of the change feed with rows of `ids` and their `_change_type`. */
  async changes(table: string, rows: Rows): Promise<readonly CdcAction[]> {
    const fields: readonly Field[] = [...ids, {name: '_change_type', type: 'string', nullable: true}]
    return this.written(fields, rows, (files) => stageChanges(this.store, table, files, ids))
  }

  async change(
    table: string,
    base: Snapshot | undefined,
    mode: TableChange['mode'],
    rows: Rows,
    fields: readonly Field[] = ids,
    more: Partial<TableChange> = {},
  ): Promise<Snapshot> {
    const add = await this.files(table, fields, rows)
    return commit(this.store, table, base, {mode, add, fields, ...more})
  }
}

const allTypes: readonly Field[] = [
  {name: 'text', type: 'string', nullable: true},
  {name: 'whole', type: 'int64', nullable: true},
  {name: 'real', type: 'float64', nullable: true},
  {name: 'flag', type: 'boolean', nullable: true},
  {name: 'day', type: 'date', nullable: true},
  {name: 'moment', type: 'timestamp', nullable: true},
  {name: 'amount', type: {kind: 'decimal', precision: 18, scale: 4}, nullable: true},
  {name: 'large', type: {kind: 'decimal', precision: 38, scale: 2}, nullable: true},
]
const typeRows: Rows = [
  ['Zoë, "quoted"\nand 日本 😀', 1n, 0.1, true, '2024-02-29', '2024-02-29T23:59:59.123456Z', '12.3400', '1.00'],
  [
    '',
    9223372036854775807n,
    1.7976931348623157e308,
    false,
    '1900-01-01',
    '1969-12-31T23:59:59.999999Z',
    '-99999999999999.9999',
    '-123456789012345678901234567890123456.78',
  ],
  [' ', -9223372036854775808n, -5e-324, null, '9999-12-31', '9999-12-31T23:59:59Z', '0.0000', '0.01'],
]

/** As `conditionUnless` and `printCheck` make them of rules. */
const conditions: Readonly<Record<string, string>> = {
  whole: '`whole` IS NULL OR (`whole` >= -9223372036854775808 AND `whole` <= 9223372036854775807)',
  real: '`real` IS NULL OR (`real` >= -5e-324 AND `real` != 0.25)',
  text: "`text` IS NULL OR (length(`text`) <= 26 AND `text` NOT IN ('x', 'ß'))",
  flag: '`flag` IS NULL OR `flag` IN (TRUE, FALSE)',
  day: "`day` IS NULL OR (`day` >= DATE '1900-01-01' AND `day` <= DATE '9999-12-31')",
  moment: "`moment` IS NULL OR `moment` >= TIMESTAMP '1969-12-31 23:59:59.999999Z'",
  amount: '`amount` IS NULL OR (`amount` >= -99999999999999.9999 AND `amount` <= 12.3400)',
}

const recipes: Readonly<Record<string, (writer: Writer, table: string) => Promise<unknown>>> = {
  types: (writer, table) => writer.change(table, undefined, 'append', typeRows, allTypes),
  nulls: (writer, table) =>
    writer.change(table, undefined, 'append', [...typeRows, ...typeRows.map((row) => row.map(() => null))], allTypes),
  lists: (writer, table) =>
    writer.change(
      table,
      undefined,
      'append',
      [
        [1n, 'a|b'],
        [2n, null],
        [3n, 'é'],
      ],
      [
        {name: 'id', type: 'int64', nullable: false},
        {name: 'words', type: {kind: 'list', of: 'string'}, nullable: true},
      ],
    ),
  empty: (writer, table) => commit(writer.store, table, undefined, {mode: 'append', add: [], fields: ids}),
  appends: async (writer, table) => {
    let snapshot = await writer.change(table, undefined, 'append', idRows(1, 3))
    for (const from of [4, 7, 10]) snapshot = await writer.change(table, snapshot, 'append', idRows(from, from + 2))
  },
  overwritten: async (writer, table) => {
    const first = await writer.change(table, undefined, 'append', idRows(1, 5))
    await writer.change(table, first, 'overwrite', idRows(50, 52))
  },
  merged: async (writer, table) => {
    const first = await writer.change(table, undefined, 'append', idRows(1, 5))
    const second = await writer.change(table, first, 'append', idRows(6, 9))
    const remove = [...first.files.values()]
    await writer.change(table, second, 'merge', [...idRows(1, 4), [5n, 'changed']], ids, {remove})
  },
  evolved: async (writer, table) => {
    const first = await writer.change(table, undefined, 'append', idRows(1, 2))
    const wider: readonly Field[] = [{name: 'added', type: 'date', nullable: true}, ...ids]
    await writer.change(table, first, 'append', [['2024-01-31', 3n, 'n3']], wider)
  },
  // Each literal that a constraint may have; rows are at the very bounds.
  constrained: async (writer, table) => {
    const said = Object.entries(conditions).map(([name, sql]) => [`delta.constraints.${name}`, sql] as const)
    const properties = Object.fromEntries(said)
    const first = await writer.change(table, undefined, 'append', typeRows, allTypes, {properties})
    await writer.change(table, first, 'append', [typeRows[0]?.map(() => null) ?? []], allTypes)
  },
  fed: async (writer, table) => {
    const properties = {'delta.enableChangeDataFeed': 'true'}
    const first = await writer.change(table, undefined, 'append', idRows(1, 5), ids, {properties})
    const changes = await writer.changes(table, [
      [1n, 'n1', 'delete'],
      [5n, 'n5', 'update_preimage'],
      [5n, 'changed', 'update_postimage'],
      [6n, 'n6', 'insert'],
    ])
    const remove = [...first.files.values()]
    const merged = await writer.change(table, first, 'merge', [...idRows(2, 4), [5n, 'changed'], [6n, 'n6']], ids, {remove, changes})
    const appended = await writer.change(table, merged, 'append', idRows(7, 7))
    // As an erasure does: rows 5 and 6 go without a word.
    await commit(writer.store, table, appended, {
      mode: 'merge',
      add: await writer.files(table, ids, idRows(2, 4)),
      remove: [...merged.files.values()],
      changes: await silentChanges(writer.store, table),
    })
  },
  'without statistics': async (writer, table) => {
    const add = await writer.files(table, allTypes, typeRows, 'all')
    await commit(writer.store, table, undefined, {mode: 'append', add, fields: allTypes})
  },
  optimized: async (writer, table) => {
    const first = await writer.change(table, undefined, 'append', idRows(1, 3))
    const second = await writer.change(table, first, 'append', idRows(4, 6))
    await writer.change(table, second, 'optimize', idRows(1, 6), ids, {remove: [...second.files.values()]})
  },
  restored: async (writer, table) => {
    const first = await writer.change(table, undefined, 'append', idRows(1, 3))
    const second = await writer.change(table, first, 'overwrite', idRows(50, 59))
    await commit(writer.store, table, second, (await planRestore(second, first)).change)
  },
  vacuumed: async (writer, table) => {
    const first = await writer.change(table, undefined, 'append', idRows(1, 5))
    await writer.change(table, first, 'merge', idRows(1, 4), ids, {remove: [...first.files.values()]})
    const later = Date.now() + 24 * 3600 * 1000
    const plan = await planVacuum(writer.store, table, {now: later, retentionMs: 0, allowShortRetention: true})
    if (plan.files.length === 0) throw new Error('the vacuum finds nothing to delete')
    await vacuum(writer.store, plan)
  },
  checkpointed: async (writer, table) => {
    let snapshot = await writer.change(table, undefined, 'append', idRows(0, 0))
    for (let id = 1; id <= 12; id++) snapshot = await writer.change(table, snapshot, 'append', idRows(id, id))
  },
  'checkpoint only': async (writer, table) => {
    await recipes.checkpointed?.(writer, table)
    for (let version = 0; version <= 10; version++) {
      await writer.store.delete(`${table}/_delta_log/${String(version).padStart(20, '0')}.json`)
    }
  },
}

const engine = await openPolarsEngine()
try {
  const [verb, where = '', first = '0'] = process.argv.slice(2)
  if (verb === 'make') {
    const writer = new Writer(await openLocalStore(where), engine)
    for (const [name, make] of Object.entries(recipes)) {
      const table = name.replaceAll(' ', '_')
      await make(writer, table)
      console.log(join(resolve(where), table))
      if (name === 'fed') console.log(`${join(resolve(where), table)}#changes`)
    }
  } else {
    const writer = new Writer(await openLocalStore(dirname(resolve(where))), engine)
    const table = basename(where)
    const from = Number(first)
    await writer.change(table, await readSnapshot(writer.store, table), 'append', idRows(from, from + 1))
  }
} finally {
  await engine.close()
}
