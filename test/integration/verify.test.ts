// What `hippo verify` finds in a lake that somebody damaged: every kind of damage at every kind of place, and nothing else.
import {appendFileSync, chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {optimizeTable, type VerifyResult, verify} from '../../src/core/index.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

describe('verify', () => {
  let ward: TestWorkspace
  const lake = () => path.join(ward.root, '.hippo', 'lake')
  const look = (sample: Parameters<typeof verify>[1]['sample'] = {kind: 'all'}) => ward.use((workspace) => verify(workspace, {sample}))

  beforeEach(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.write('inbox/persons-1.csv', 'id,name,born,weight\np1,Ann,1960-01-01,60\np2,Ben,1961-01-01,900\n')
    ward.write('inbox/visits-1.csv', 'person_id,visited_on,reason\np1,2020-01-01,cough\n')
    await ward.conform({fresh: true})
  })

  afterEach(() => ward?.close())

  const objects = (below: string): readonly string[] =>
    readdirSync(lake(), {recursive: true})
      .map(String)
      .filter((name) => name.startsWith(below) && !name.includes('/_') && statSync(path.join(lake(), name)).isFile())
      .sort()

  const first = (below: string): string => objects(below)[0] ?? ''

  function damage(key: string): void {
    const file = path.join(lake(), key)
    chmodSync(file, 0o600)
    const bytes = readFileSync(file)
    bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 0x20
    writeFileSync(file, bytes)
  }

  const said = ({problems}: VerifyResult) => problems.map(({kind, key}) => `${kind} ${key}`)

  it('reads everything of a sound lake and finds nothing', async () => {
    const result = await look()

    expect(result.problems).toEqual([])
    expect(result.areas).toEqual({
      bronze: {objects: 2, read: 2},
      silver: {objects: 2, read: 2},
      quarantine: {objects: 1, read: 1},
      contracts: {objects: 2, read: 2},
    })
    expect(result.error).toBeUndefined()
  })

  it('finds nothing in tables whose files were written together', async () => {
    ward.write('inbox/visits-2.csv', 'person_id,visited_on,reason\np1,2020-02-02,fall\n')
    await ward.conform({fresh: true})
    await ward.use((workspace) => optimizeTable(workspace, {table: 'visit'}))

    expect((await look()).problems).toEqual([])
  })

  it('finds one changed bit in received bytes, in a data file of silver, of quarantine, and in a contract', async () => {
    const keys = ['bronze/objects/', 'silver/person/', 'quarantine/person/', 'contracts/'].map(first)
    for (const key of keys) damage(key)

    const result = await look()

    expect(said(result).toSorted()).toEqual(keys.map((key) => `rot ${key}`).toSorted())
    expect(result.error).toMatchObject({code: 'STORE_CORRUPT', exitCode: 4})
  })

  it('finds what is gone: received bytes, a data file, a capture record in the middle', async () => {
    ward.write('inbox/visits-2.csv', 'person_id,visited_on,reason\np1,2020-01-02,better\n')
    await ward.conform({fresh: true})
    const keys = [first('bronze/objects/'), first('silver/visit/'), 'bronze/batches/00000000000000000001.json']
    for (const key of keys.slice(0, 2)) rmSync(path.join(lake(), key))

    expect(said(await look())).toEqual(keys.slice(0, 2).map((key) => `loss ${key}`))

    rmSync(path.join(lake(), keys[2] ?? ''))
    const result = await look()
    expect(said(result)).toContain(`loss ${keys[2]}`)
    expect(result.error).toMatchObject({code: 'STORE_KEY_MISSING', exitCode: 4})
  })

  it('lists strangers without calling the lake broken', async () => {
    const strangers = [`bronze/objects/ab/ab${'0'.repeat(62)}`, 'bronze/notes.txt', 'silver/person/part-left.parquet', 'other.bin']
    for (const key of strangers) ward.write(path.join('.hippo/lake', key), 'x')

    const result = await look()

    expect(said(result).toSorted()).toEqual(strangers.map((key) => `stranger ${key}`).toSorted())
    expect(result.error).toBeUndefined()
  })

  it('sees a file that was cut or grew without reading its bytes, and a log that cannot be replayed', async () => {
    const key = first('bronze/objects/')
    chmodSync(path.join(lake(), key), 0o600)
    appendFileSync(path.join(lake(), key), 'p9,')
    ward.write('.hippo/lake/silver/visit/_delta_log/00000000000000000001.json', '{"add":')

    const result = await look({kind: 'count', count: 1})

    expect(said(result)).toEqual([`rot ${key}`, 'rot silver/visit/_delta_log/00000000000000000001.json'])
    expect(JSON.stringify(result)).not.toContain('cough')
  })

  it('reads as many objects as a sample asks for', async () => {
    const read = ({areas}: VerifyResult) => Object.values(areas).reduce((sum, area) => sum + area.read, 0)

    expect(read(await look({kind: 'count', count: 3}))).toBe(3)
    expect(read(await look({kind: 'percent', percent: 1}))).toBe(1)
    expect(read(await look({kind: 'percent', percent: 100}))).toBe(7)
  })
})
