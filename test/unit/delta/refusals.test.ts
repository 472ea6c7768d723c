// What the module refuses before anything is written: changes that would leave a table unreadable or unwritable, and questions that
// no table can answer. Each says what was expected.
import {mkdtemp, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parquetWriteBuffer} from 'hyparquet-writer'
import {describe, expect, it} from 'vitest'
import {stageFiles} from '../../../src/core/delta/add-files.ts'
import {commit} from '../../../src/core/delta/commit.ts'
import {history} from '../../../src/core/delta/history.ts'
import {readChanges} from '../../../src/core/delta/read-changes.ts'
import {readRows} from '../../../src/core/delta/read-rows.ts'
import type {Field} from '../../../src/core/delta/schema.ts'
import {readSnapshot, type Snapshot} from '../../../src/core/delta/snapshot.ts'
import type {TableChange} from '../../../src/core/delta/table-change.ts'
import {memoryStore} from '../../../src/core/store/memory/memory-store.ts'
import {collect} from '../../support/collect.ts'
import {append, createTable, fields, idsOf, overwrite, stage} from './table-fixture.ts'

const invalid = (message: string) => ({code: 'TABLE_REQUEST_INVALID', exitCode: 2, message: expect.stringContaining(message)})

const ask = (base: Snapshot, properties: Readonly<Record<string, string | null>>) =>
  commit(base.store, base.table, base, {mode: 'properties', add: [], properties})

const change = (base: Snapshot, what: Partial<TableChange>) => commit(base.store, base.table, base, {mode: 'append', add: [], ...what})

/** One row, `7`, in a column of text. */
async function textFile(name = 'id') {
  const path = join(await mkdtemp(join(tmpdir(), 'hippo-parquet-')), 'rows.parquet')
  await writeFile(path, new Uint8Array(parquetWriteBuffer({columnData: [{name, data: ['7'], type: 'STRING'}]})))
  return {path, rows: 1}
}

const textFields: readonly Field[] = [{name: 'id', type: 'string', nullable: true}]

describe('a commit after which the table could not be written', () => {
  it.each(["regexp(`name`,'x')", '`nope` > 0', 'lower(`name`) = `name`'])('is refused: a constraint that says %s', async (condition) => {
    const base = await append(await createTable(memoryStore(), 't'), [1])

    await expect(ask(base, {'delta.constraints.odd': condition})).rejects.toMatchObject(invalid('check constraint odd'))

    await append(base, [2])
    expect(await idsOf(base.store, 't')).toEqual([1, 2])
  })

  it('is refused: a new table, or new columns, that a constraint does not fit', async () => {
    const store = memoryStore()
    const properties = {'delta.constraints.c': '`id` > 0'}
    const nameless = fields.slice(1)

    await expect(commit(store, 'new', undefined, {mode: 'append', add: [], fields: nameless, properties})).rejects.toMatchObject(
      invalid('check constraint c'),
    )
    const base = await ask(await createTable(store, 't'), properties)
    await expect(change(base, {mode: 'overwrite', fields: nameless})).rejects.toMatchObject({
      code: 'TABLE_UNSUPPORTED',
      exitCode: 4,
      message: expect.stringContaining('check constraint c'),
    })
    expect((await append(base, [2])).version).toBe(2)
  })

  it.each([
    ['delta.columnMapping.mode', 'name'],
    ['delta.checkpointPolicy', 'v2'],
    ['delta.enableDeletionVectors', 'true'],
    ['delta.enableInCommitTimestamps', 'true'],
    ['DELTA.appendOnly', 'true'],
    ['delta.appendOnly', 'TRUE'],
    ['delta.logRetentionDuration', 'long'],
    ['delta.constraints.', '`id` > 0'],
  ])('is refused: property %s as %s', async (name, value) => {
    const base = await createTable(memoryStore(), 't')

    await expect(ask(base, {[name]: value})).rejects.toMatchObject(invalid(name))
  })

  it('keeps rows of a table that is asked to be append-only, and other properties as they are', async () => {
    const base = await append(await createTable(memoryStore(), 't'), [1])

    const kept = await ask(base, {'delta.appendOnly': 'true', 'delta.logRetentionDuration': 'interval 7 days', 'team.note': 'x'})

    expect(kept).toMatchObject({protocol: {minWriterVersion: 2}, metaData: {configuration: {'team.note': 'x'}}})
    await expect(overwrite(kept, [2])).rejects.toMatchObject({code: 'TABLE_UNSUPPORTED'})
    expect((await ask(kept, {'delta.appendOnly': null})).metaData.configuration['delta.appendOnly']).toBeUndefined()
  })
})

describe('a commit of files that do not fit the table', () => {
  it('is refused: a column of another type, without fields', async () => {
    const base = await append(await createTable(memoryStore(), 't'), [1])
    const add = await stageFiles(base.store, 't', [await textFile()], textFields, new Set())

    await expect(change(base, {add})).rejects.toMatchObject(invalid('column id'))
    expect(await idsOf(base.store, 't')).toEqual([1])
  })

  it('is refused: a column that the table does not have, or one it needs that is not in the file', async () => {
    const store = memoryStore()
    const base = await createTable(store, 't')
    const strict = await commit(store, 's', undefined, {mode: 'append', add: [], fields: [{name: 'id', type: 'int64', nullable: false}]})
    const strange = await stageFiles(store, 't', [await textFile('other')], [{name: 'other', type: 'string', nullable: true}], 'all')
    const partial = await stageFiles(store, 's', [await textFile('name')], fields.slice(1), 'all')

    await expect(change(base, {add: strange})).rejects.toMatchObject(invalid('column other'))
    await expect(change(strict, {add: partial, fields: fields.slice(1)})).resolves.toMatchObject({version: 1})
    await expect(change(strict, {add: partial})).rejects.toMatchObject(invalid('column name'))
  })

  it('is refused: a file staged for another table', async () => {
    const base = await createTable(memoryStore(), 't')

    await expect(change(base, {add: await stage(base.store, 'other', [1])})).rejects.toMatchObject(invalid('table other'))
  })

  it('is refused: a file of the columns that an overwrite took away', async () => {
    const base = await append(await createTable(memoryStore(), 't'), [1])
    const text = await stageFiles(base.store, 't', [await textFile()], textFields, new Set())

    const after = await change(base, {mode: 'overwrite', add: text, fields: textFields})

    await expect(append(after, [2])).rejects.toMatchObject(invalid('column id'))
    expect(await collect(readRows((await readSnapshot(base.store, 't')) ?? after))).toEqual([{id: '7'}])
  })

  it('is refused: partition values in a table without partitions', async () => {
    const base = await createTable(memoryStore(), 't')
    const add = (await stage(base.store, 't', [1])).map((file) => ({...file, partitionValues: {id: '1'}}))

    await expect(change(base, {add})).rejects.toMatchObject(invalid('partition values'))
  })

  it('leaves nothing of what staging knew in the log', async () => {
    const base = await createTable(memoryStore(), 't')

    await append(base, [1])

    expect(new TextDecoder().decode(await base.store.get('t/_delta_log/00000000000000000001.json'))).not.toContain('staged')
  })
})

describe('names that cannot be', () => {
  it.each(['odd name', 'ü', '/abs', 'visits/', '', 'visits/_delta_log', 'visits/_change_data/x'])('a table called %j', async (table) => {
    const store = memoryStore()
    const refusal = {code: 'TABLE_UNSUPPORTED', exitCode: 4, message: expect.stringContaining(`table ${JSON.stringify(table)}`)}

    await expect(commit(store, table, undefined, {mode: 'append', add: [], fields})).rejects.toMatchObject(refusal)
    await expect(stage(store, table, [1])).rejects.toMatchObject(refusal)
  })

  it.each(['/abs', 'visits/', '', 'visits/_delta_log'])('a table called %j is not read, either', async (table) => {
    await expect(readSnapshot(memoryStore(), table)).rejects.toMatchObject({code: 'TABLE_UNSUPPORTED'})
    await expect(history(memoryStore(), table)).rejects.toMatchObject({code: 'TABLE_UNSUPPORTED'})
  })

  it('a table in the folder of another one', async () => {
    const store = memoryStore()
    await createTable(store, 'visits')

    await expect(createTable(store, 'visits/sub/deep')).rejects.toMatchObject(invalid('the folder of table visits'))
  })

  it('a column __proto__', async () => {
    const proto: Field = {name: '__proto__', type: 'string', nullable: true}

    await expect(commit(memoryStore(), 't', undefined, {mode: 'append', add: [], fields: [proto]})).rejects.toMatchObject({
      code: 'CONTRACT_UNSUPPORTED',
      message: expect.stringContaining('__proto__'),
    })
  })

  it.each(['_change_type', '_Commit_Version', '_commit_timestamp'])('a column %s beside a change feed', async (name) => {
    const wanted = [...fields, {name, type: 'string', nullable: true} as const]
    const base = await commit(memoryStore(), 't', undefined, {mode: 'append', add: [], fields: wanted})

    await expect(ask(base, {'delta.enableChangeDataFeed': 'true'})).rejects.toMatchObject(invalid(name))
  })
})

describe('a question that no table can answer', () => {
  it('is refused: a column that is not there', async () => {
    const base = await ask(await createTable(memoryStore(), 't'), {'delta.enableChangeDataFeed': 'true'})
    const after = await append(base, [1])

    await expect(collect(readRows(after, {columns: ['nope']}))).rejects.toMatchObject(invalid('no column nope'))
    await expect(collect(readChanges(base.store, 't', {from: 1}, {columns: ['nope']}))).rejects.toMatchObject(invalid('no column nope'))
    expect(await collect(readChanges(base.store, 't', {from: 1}, {columns: ['id']}))).toMatchObject([{id: 1n, _change_type: 'insert'}])
  })

  it('is refused: a version as of no instant, or of two', async () => {
    const {store} = await createTable(memoryStore(), 't')
    const text = '2026-01-01T00:00:00Z' as unknown as Date

    await expect(readSnapshot(store, 't', {asOf: new Date('x')})).rejects.toMatchObject(invalid('asOf'))
    await expect(readSnapshot(store, 't', {asOf: text})).rejects.toMatchObject(invalid('asOf'))
    await expect(readSnapshot(store, 't', {asOf: new Date(), version: 0})).rejects.toMatchObject(invalid('asOf'))
  })

  it('is refused: statistics that leave out a column which is none', async () => {
    const store = memoryStore()

    await expect(stageFiles(store, 't', [await textFile()], textFields, new Set(['di']))).rejects.toMatchObject(invalid('column di'))
    await expect(stageFiles(store, 't', [await textFile()], textFields, new Set(['ID']))).resolves.toHaveLength(1)
  })
})
