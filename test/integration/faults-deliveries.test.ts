// Damaged deliveries: each ends with the right reason, at the right place, and harms nothing else.
import {createHash} from 'node:crypto'
import {gzipSync} from 'node:zlib'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {ingest, promoteSilver} from '../../src/core/index.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const header = 'id,name,born,weight'
const lines = (prefix: string, count: number) =>
  Array.from({length: count}, (_, n) => `${prefix}${n},Zoë Müller ${n},1980-01-${String((n % 28) + 1).padStart(2, '0')},${50 + n}.5`)
const file = (...records: readonly string[]) => Buffer.from(`${[header, ...records].join('\n')}\n`)
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('damaged deliveries', () => {
  let ward: TestWorkspace
  let number = 0
  let prefix = ''

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.write('inbox/settings-0.csv', 'key,value\na,1\n')
    ward.write('inbox/persons-0.csv', file(...lines('first', 3)))
    await ward.conform()
  }, 120_000)

  beforeEach(() => {
    prefix = `t${++number}x`
  })

  afterAll(() => ward?.close())

  /** Delivers one damaged file of persons beside sound settings; everything is conformed. */
  async function deliver(bytes: Uint8Array, name = `persons-${prefix}.csv`) {
    ward.write(`inbox/${name}`, bytes)
    ward.write(`inbox/settings-${prefix}.csv`, `key,value\n${prefix},${number}\n`)
    const {ingested, promoted} = await ward.conform()
    const state = ingested.files.find((one) => one.path === name)
    return {ingested, promoted, captured: state, batch: ingested.batch ?? 0, persons: promotionOf(promoted, 'person')}
  }

  const accepted = async () => (await ward.rows('silver', 'person')).filter((row) => String(row.id).startsWith(prefix))
  const quarantined = async (bytes: Uint8Array) => (await ward.rows('quarantine', 'person')).filter((row) => row._file === sha256(bytes))

  /** Others got what came in the same batch. */
  const expectOthersUnharmed = async () => expect(await ward.rows('silver', 'setting')).toMatchObject([{key: prefix, value: number}])

  it('quarantines the torn last record of a truncated file and accepts the others', async () => {
    const whole = file(...lines(prefix, 5))
    const cut = whole.subarray(0, whole.length - 9)

    const {persons} = await deliver(cut)

    expect(persons).toMatchObject({state: 'committed', rows: {read: 5, accepted: 4, quarantined: 1}, reasons: {'csv.tornLine': 1}})
    const [row] = await quarantined(cut)
    expect(row).toMatchObject({_row: 5, _line: 6, _reasons: ['csv.tornLine'], _contract_version: '1.0.0'})
    expect(row?._raw).toBe(`${prefix}4,Zoë Müller 4,1980-01`)
    expect(await accepted()).toHaveLength(4)
    await expectOthersUnharmed()
  })

  it('keeps the raw values of a rejected row beside its reasons, file, row and line', async () => {
    const bytes = file(`${prefix}0,Ann,1980-02-30,70`, `${prefix}1,,1980-01-01,900`, `${prefix}2,Bob,1980-01-01,70`)

    const {persons} = await deliver(bytes)

    expect(persons.rows).toMatchObject({read: 3, accepted: 1, quarantined: 2})
    expect(persons.reasons).toEqual({'born.type': 1, 'name.required': 1, 'weight.range': 1})
    const [first, second] = (await quarantined(bytes)).toSorted((a, b) => Number(a._row) - Number(b._row))
    expect(first).toMatchObject({
      _row: 1,
      _line: 2,
      _reasons: ['born.type'],
      id: `${prefix}0`,
      name: 'Ann',
      born: '1980-02-30',
      weight: '70',
    })
    expect(second).toMatchObject({_row: 2, _line: 3, id: `${prefix}1`, weight: '900'})
    expect(second?._reasons).toHaveLength(2)
    expect(second?._reasons).toEqual(expect.arrayContaining(['name.required', 'weight.range']))
  })

  it('quarantines the lines of a binary tail and accepts what stands before them', async () => {
    const tail = Buffer.from(Array.from({length: 300}, (_, n) => (n * 37 + 11) % 256).filter((code) => code !== 10))
    const bytes = Buffer.concat([file(...lines(prefix, 6)), tail])

    const {persons} = await deliver(bytes)

    expect(persons.error).toBeUndefined()
    expect(persons).toMatchObject({state: 'committed', rows: {accepted: 6}})
    expect(persons.rows.quarantined).toBeGreaterThan(0)
    const rows = await quarantined(bytes)
    expect(rows).toHaveLength(persons.rows.quarantined)
    for (const row of rows) expect(row._line).toBeGreaterThan(7)
    for (const row of rows) for (const reason of row._reasons as string[]) expect(reason).toMatch(/^(encoding|csv)\./)
    expect((await accepted()).map((row) => row.name).sort()).toEqual(Array.from({length: 6}, (_, n) => `Zoë Müller ${n}`))
  })

  it.each([
    ['an empty file', () => Buffer.alloc(0), 'file.empty'],
    ['a file with a repeated column', () => Buffer.from('id,name,name,weight\n1,a,b,2\n'), 'file.duplicateHeader'],
  ] as const)('rejects %s at capture, keeps its bytes and goes on', async (_, make, reason) => {
    const bytes = make()
    const before = await ward.table('silver', 'person')

    const {captured, persons} = await deliver(bytes)

    expect(captured).toMatchObject({state: 'rejected', reason, sha256: sha256(bytes)})
    expect(persons.state).toBe('noop')
    expect((await ward.table('silver', 'person'))?.version).toBe(before?.version)
    const key = `bronze/objects/${sha256(bytes).slice(0, 2)}/${sha256(bytes)}`
    expect(Buffer.from((await ward.use(async (one) => (await one.store()).get(key))) ?? [])).toEqual(bytes)
    await expectOthersUnharmed()
  })

  it.each([
    ['UTF-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'), 'csv'],
    ['windows-1252', (text: string) => Buffer.from(text, 'latin1'), 'csv'],
    ['gzip', (text: string) => gzipSync(text), 'csv.gz'],
  ] as const)('reads a copy in %s as the same rows', async (_, encode, suffix) => {
    const {persons} = await deliver(encode(file(...lines(prefix, 4)).toString()), `persons-${prefix}.${suffix}`)

    expect(persons).toMatchObject({state: 'committed', rows: {read: 4, accepted: 4, quarantined: 0}})
    expect((await accepted()).map((row) => row.name).sort()).toEqual(Array.from({length: 4}, (_, n) => `Zoë Müller ${n}`))
  })

  it('reads columns by name, in whatever order they come', async () => {
    const swapped = lines(prefix, 3).map((line) => line.split(',').reverse().join(','))

    const {persons} = await deliver(Buffer.from(`weight,born,name,id\n${swapped.join('\n')}\n`))

    expect(persons.rows).toMatchObject({accepted: 3, quarantined: 0})
    expect((await accepted()).map((row) => row.weight).sort()).toEqual([50.5, 51.5, 52.5])
  })

  it('quarantines values that stand under each other’s header', async () => {
    const swapped = lines(prefix, 3).map((line) => line.replace(/^(.*),(.*),(.*),(.*)$/, '$1,$2,$4,$3'))

    const {persons} = await deliver(file(...swapped))

    expect(persons.rows).toMatchObject({read: 3, accepted: 0, quarantined: 3})
    expect(persons.reasons).toEqual({'born.type': 3, 'weight.type': 3})
    expect(await accepted()).toEqual([])
  })

  it('gates a file without an essential column; the batch waits until a person leaves it out', async () => {
    const before = await ward.table('silver', 'person')
    const broken = Buffer.from(`id,born,weight\n${prefix}0,1980-01-01,70\n`)

    const {persons, batch, promoted} = await deliver(broken)
    ward.write(`inbox/persons-${prefix}-later.csv`, file(...lines(prefix, 2)))
    const waiting = promotionOf((await ward.conform()).promoted, 'person')
    const refused = await ward.use((one) => promoteSilver(one, {datasets: ['person'], skipBatch: batch})).catch((error: unknown) => error)
    const left = await ward.use((one) => promoteSilver(one, {datasets: ['person'], skipBatch: batch, reason: 'the sender knows'}))

    expect(persons).toMatchObject({state: 'gated', error: {code: 'SOURCE_GATED', exitCode: 3}, version: before?.version})
    expect(persons.error?.message).toContain('no column name')
    expect(promoted.run.state).toBe('gated')
    await expectOthersUnharmed()
    expect(waiting).toMatchObject({state: 'gated', version: before?.version})
    expect(promotionOf(refused as never, 'person')).toMatchObject({state: 'failed', error: {code: 'CONFIG_VALUE_MISSING', exitCode: 2}})
    expect(promotionOf(left, 'person')).toMatchObject({state: 'committed', rows: {read: 2, accepted: 2}})
    expect(promotionOf(left, 'person').skipped).toEqual({batch, outcome: 'leftOut', files: 1, reason: 'the sender knows'})
    expect(await accepted()).toHaveLength(2)
    const audit = await ward.use(async (one) => {
      const {rows} = await (await one.database()).query({
        text: "select actor, subject, reason from hippo.audit where action = 'skip batch'",
        values: [],
      })
      return rows
    })
    expect(audit).toEqual([{actor: 'tester', subject: `person batch ${batch}`, reason: 'the sender knows'}])
  })

  it('gates a delivery of which too much would be quarantined, and commits nothing of it', async () => {
    const before = await ward.table('silver', 'setting')
    ward.write(`inbox/settings-${prefix}.csv`, `key,value\n${prefix},one\n${prefix},two\n${prefix},3\n`)
    ward.write(`inbox/persons-${prefix}.csv`, file(...lines(prefix, 2)))

    const {ingested, promoted} = await ward.conform()
    await ward.use((one) => promoteSilver(one, {datasets: ['setting'], skipBatch: ingested.batch ?? 0, reason: 'wrong export'}))

    expect(promotionOf(promoted, 'setting')).toMatchObject({state: 'gated', rows: {read: 3, accepted: 1, quarantined: 2}})
    expect(promotionOf(promoted, 'person')).toMatchObject({state: 'committed', rows: {accepted: 2}})
    const after = await ward.table('silver', 'setting')
    expect(after?.rows).toEqual(before?.rows)
    expect(await ward.rows('quarantine', 'setting')).toEqual([])
  })

  it('tells a file that changes while it is read from one that is lost', async () => {
    const open = await ward.open()
    ward.write(`inbox/persons-${prefix}.csv`, file(...lines(prefix, 3)))
    const source = await open.source('ward')
    const growing: typeof source = {
      ...source,
      async *list() {
        for await (const item of source.list()) {
          if (item.path.includes(prefix)) ward.write(`inbox/persons-${prefix}.csv`, file(...lines(prefix, 9)))
          yield item
        }
      },
    }
    const busy = new Proxy(open, {
      get: (one, name) => {
        if (name === 'source') return async () => growing
        const value = Reflect.get(one, name, one) as unknown
        return typeof value === 'function' ? value.bind(one) : value
      },
    })

    const failed = await ingest(busy, {sources: []})
    const {persons} = await deliver(file(...lines(prefix, 9)))

    expect(failed.error).toMatchObject({code: 'SOURCE_CHANGED', exitCode: 75})
    expect(persons.rows).toMatchObject({read: 9, accepted: 9})
  })
})
