// Tables of other writers under names that hippo itself would never give: spaces, percent signs and letters of any language in
// the folders of the table and of its partitions, in a local folder and in a bucket with such a prefix.
import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join, relative} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {commit} from '../../../src/core/delta/commit.ts'
import {history} from '../../../src/core/delta/history.ts'
import {readRows, type TableRow} from '../../../src/core/delta/read-rows.ts'
import {readSnapshot} from '../../../src/core/delta/snapshot.ts'
import {planVacuum} from '../../../src/core/delta/vacuum.ts'
import {openLocalStore} from '../../../src/core/store/local/local-store.ts'
import type {ObjectStore} from '../../../src/core/store/object-store.ts'
import {type SmallS3, smallBucket, startSmallS3} from '../../support/small-s3.ts'
import {trustingStore} from '../../support/trusting-store.ts'
import {addFile, metaData, plainProtocol, rowsOf, writeLog} from './foreign-fixture.ts'

const table = 'Besuche 100% +(neu) & #1/größe=Ü'
const wards = ['St. Anna', '50%', 'Zürich/S', 'a%20b', '病棟 +1', '😀']
const lake = 'Klinik 7/Ärzte & Pflege %'

let folder: string
let server: SmallS3
const stores: {local?: ObjectStore; s3?: ObjectStore} = {}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hippo-odd-'))
  const adds = await Promise.all(
    wards.map((ward, index) => {
      // As Spark names folders: only what no path can hold is escaped; the log escapes the whole once more.
      const path = `ward=${ward.replaceAll('%', '%25').replaceAll('/', '%2F')}/part ${index}.parquet`
      return addFile(join(folder, table), path.split('/').map(encodeURIComponent).join('/'), {id: [index]}, {partitionValues: {ward}})
    }),
  )
  const columns = [
    {name: 'id', type: 'long'},
    {name: 'ward', type: 'string'},
  ]
  await writeLog(join(folder, table), 0, [plainProtocol, metaData(columns, {partitionColumns: ['ward']}), ...adds])
  stores.local = await openLocalStore(folder)
  server = await startSmallS3()
  const objects = new Map<string, {body: Buffer; headers: Readonly<Record<string, string>>}>()
  for (const entry of await readdir(folder, {recursive: true, withFileTypes: true})) {
    const file = join(entry.parentPath, entry.name)
    if (entry.isFile()) objects.set(`${lake}/${relative(folder, file)}`, {body: await readFile(file), headers: {}})
  }
  server.reset(objects)
  const s3 = {endpoint: server.endpoint, region: 'us-east-1', accessKey: 'key', secretKey: 'secret', pathStyle: true}
  stores.s3 = await trustingStore({lake: `s3://${smallBucket}/${lake}`, s3, env: {}})
})
afterAll(async () => {
  await server.close()
  await rm(folder, {recursive: true})
})

describe.each(['local', 's3'] as const)('a table under odd names in a %s store', (kind) => {
  const store = (): ObjectStore => {
    const opened = stores[kind]
    if (opened === undefined) throw new Error('the store is open')
    return opened
  }

  it('is read to its last row, with its values', async () => {
    const snapshot = await readSnapshot(store(), table)
    const rows: TableRow[] = []
    if (snapshot) for await (const row of readRows(snapshot)) rows.push(row)

    expect(rows).toEqual(wards.map((ward, index) => ({id: BigInt(index), ward})))
    expect((await history(store(), table)).length).toBe(1)
  })

  it('is refused for writing, with its name', async () => {
    const snapshot = await readSnapshot(store(), table)
    const refusal = {code: 'TABLE_UNSUPPORTED', message: expect.stringContaining(`table ${JSON.stringify(table)}: hippo cannot write it`)}

    await expect(commit(store(), table, snapshot, {mode: 'append', add: []})).rejects.toMatchObject(refusal)
    await expect(planVacuum(store(), table, {now: Date.now()})).rejects.toMatchObject(refusal)
  })
})

describe('an engine on this machine', () => {
  it('reads files under odd names, too', async () => {
    expect(await rowsOf(join(folder, table))).toHaveLength(wards.length)
  })
})
