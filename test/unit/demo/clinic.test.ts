import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {describe, expect, it} from 'vitest'
import {parse} from 'yaml'
import {compareTruth} from '../../../src/core/demo/compare-truth.ts'
import {faultKinds} from '../../../src/core/demo/fault-kinds/index.ts'
import type {ClinicTruth} from '../../../src/core/demo/truth.ts'
import {writeClinic} from '../../../src/core/demo/write-clinic.ts'
import {checkNaively, type NaiveResult} from './naive-checker.ts'

interface Written {
  readonly truth: ClinicTruth
  readonly files: ReadonlyMap<string, Buffer>
}

async function write(options: {patients: number; seed: number; faultRate: number; now?: Date}): Promise<Written> {
  const files = new Map<string, Buffer>()
  const truth = await writeClinic({
    directory: 'demo',
    ...options,
    write: async (file, chunks) => {
      files.set(file, Buffer.concat([...chunks]))
    },
  })
  return {truth, files}
}

const digest = ({files}: Written): string =>
  [...files].map(([file, bytes]) => `${file} ${createHash('sha256').update(bytes).digest('hex')}`).join('\n')

const contract = path.join(import.meta.dirname, '../../../examples/clinic/contracts/observation.odcs.yaml')

async function check(written: Written): Promise<NaiveResult> {
  const document = parse(await readFile(contract, 'utf8'))
  const column = (name: string) => document.schema[0].properties.find((property: {name: string}) => property.name === name)
  const rule = (name: string, id: string) => column(name).quality.find((clause: {id: string}) => clause.id === id).implementation
  return checkNaively(written.files, written.truth.deliveries, {
    bounds: rule('value_number', 'value_plausible').ranges,
    units: rule('unit', 'unit_for_code').values,
    spellings: column('unit').customProperties[0].value[1].map,
    now: '2100-01-01',
  })
}

const plantedOf = (truth: ClinicTruth) =>
  Object.fromEntries(Object.entries(truth.kinds).map(([name, {planted}]) => [name, {planted, found: planted}]))

describe('the synthetic clinic', () => {
  it('writes the same bytes and truth for the same options', async () => {
    const options = {patients: 60, seed: 7, faultRate: 0.03}

    const [one, other] = [await write(options), await write(options)]

    expect(digest(one)).toBe(digest(other))
    expect(one.truth).toEqual(other.truth)
  })

  it('keeps its bytes from one version of hippo to the next', async () => {
    const written = await write({patients: 40, seed: 1, faultRate: 0.02})

    expect(createHash('sha256').update(digest(written)).digest('hex')).toMatchInlineSnapshot(
      `"4fb34ff7b548478b6e89e5690bc7dba5ef103b4b2923efcbda44c11e9c2ca871"`,
    )
  })

  it('writes other bytes for another seed', async () => {
    const one = await write({patients: 30, seed: 1, faultRate: 0})
    const other = await write({patients: 30, seed: 2, faultRate: 0})

    for (const [file, bytes] of one.files) expect(other.files.get(file)?.equals(bytes), file).toBe(false)
  })

  it('breaks no rule when nothing is planted', async () => {
    const written = await write({patients: 200, seed: 3, faultRate: 0})

    const found = await check(written)

    expect(found.rejected).toEqual([])
    expect(found.duplicates).toEqual({})
    expect(written.truth.kinds).toEqual({})
  })

  it.each([
    {patients: 100, seed: 1, faultRate: 0.02},
    {patients: 300, seed: 2, faultRate: 0.05},
    {patients: 120, seed: 11, faultRate: 0.2},
    {patients: 7, seed: 5, faultRate: 0.05},
    {patients: 1, seed: 9, faultRate: 0.1},
  ])('plants exactly what its truth says: $patients patients, seed $seed, rate $faultRate', async (options) => {
    const written = await write(options)

    const compared = compareTruth(written.truth, await check(written))

    expect(compared.truth).toEqual(plantedOf(written.truth))
    expect(compared.falseAlarms).toBe(0)
  })

  it('plants every kind in a clinic of the default size', async () => {
    const {truth} = await write({patients: 100, seed: 1, faultRate: 0.02})

    const names = Object.values(faultKinds).flatMap((kinds) => kinds.map(({name}) => name))
    expect(new Set(names).size).toBe(names.length)
    expect(names.filter((name) => truth.kinds[name] === undefined)).toEqual([])
    expect(names.length).toBeGreaterThanOrEqual(18)
  })

  it('keeps to the rate', async () => {
    const {truth} = await write({patients: 1000, seed: 4, faultRate: 0.03})

    const rows = Object.values(truth.rows).flatMap((files) => Object.values(files))
    const planted = Object.values(truth.kinds).reduce((sum, kind) => sum + kind.planted, 0)
    const share = planted / rows.reduce((sum, count) => sum + count, 0)
    expect(share).toBeGreaterThan(0.03 * 0.9)
    expect(share).toBeLessThan(0.03 * 1.15)
  })

  it('never rejects so many rows of a file that its dataset would be gated', async () => {
    for (const patients of [1, 3, 10, 25, 100]) {
      const {truth} = await write({patients, seed: 6, faultRate: 0.2})

      const rejected = new Map<string, Set<number>>()
      for (const kind of Object.values(truth.kinds)) {
        if (kind.check === 'duplicate') continue
        for (const {file, row} of kind.places) rejected.set(file, (rejected.get(file) ?? new Set()).add(row))
      }
      for (const [file, places] of rejected) {
        const [delivery, name] = file.split('/') as [string, string]
        const rows = truth.rows[name.replace('s.csv', '') as keyof ClinicTruth['rows']][delivery] as number
        expect(places.size / rows, file).toBeLessThanOrEqual(0.15)
      }
    }
  })

  it('never plants two faults in one cell, nor anything beside a fault of the whole row', async () => {
    const {truth} = await write({patients: 500, seed: 8, faultRate: 0.1})

    const cells = new Set<string>()
    const kindsOfRow = new Map<string, string[]>()
    for (const [name, kind] of Object.entries(truth.kinds)) {
      expect(kind.places).toHaveLength(kind.planted)
      for (const {file, row, column} of kind.places) {
        expect(column !== undefined).toBe(kind.unit === 'cells')
        const cell = `${file} ${row} ${column}`
        expect(cells.has(cell), cell).toBe(false)
        cells.add(cell)
        kindsOfRow.set(`${file} ${row}`, [...(kindsOfRow.get(`${file} ${row}`) ?? []), name])
      }
    }
    const shared = [...kindsOfRow.values()].filter((names) => names.length > 1)
    expect(shared.length).toBeGreaterThan(0)
    for (const names of shared) expect(names.map((name) => truth.kinds[name]?.unit)).toEqual(names.map(() => 'cells'))
  })

  it('changes the schema between the deliveries: columns added in the middle and moved', async () => {
    const {files, truth} = await write({patients: 20, seed: 1, faultRate: 0})

    const header = (delivery: string | undefined, name: string): string[] =>
      (files.get(`demo/inbox/ehr/${delivery}/${name}.csv`)?.toString('utf8').split('\n')[0] ?? '').split(',')
    const [first, second] = truth.deliveries
    expect(header(second, 'patients').indexOf('preferred_language')).toBe(6)
    expect(header(first, 'patients')).not.toContain('preferred_language')
    expect(header(first, 'encounters').slice(2, 4)).toEqual(['class', 'status'])
    expect(header(second, 'encounters').slice(2, 4)).toEqual(['status', 'class'])
    expect(header(second, 'observations')).toContain('device')
  })

  it('sends some patients again unchanged, some with a new address, and finishes open stays', async () => {
    const written = await write({patients: 250, seed: 1, faultRate: 0})

    const {unchanged, read, accepted} = await check(written)

    expect(unchanged.patient).toBeGreaterThan(0)
    expect((read.patient ?? 0) - (unchanged.patient ?? 0)).toBeGreaterThan(accepted.patient?.size ?? 0)
    const [first] = written.truth.deliveries
    const firstEncounters = written.files.get(`demo/inbox/ehr/${first}/encounters.csv`)?.toString('utf8') ?? ''
    expect(firstEncounters).toMatch(/,in-progress,/)
    expect([...(accepted.encounter?.values() ?? [])].some((row) => row.status === 'in-progress')).toBe(false)
  })

  it('writes texts with quotes, commas and accents, and no line break inside a cell', async () => {
    const {files} = await write({patients: 50, seed: 1, faultRate: 0})

    const text = [...files.values()].map((bytes) => bytes.toString('utf8')).join('')
    expect(text).toMatch(/""/)
    expect(text).toMatch(/"[^"\n]*,[^"\n]*"/)
    expect(text).toMatch(/[áéöüłçğễ]/)
    for (const line of text.split('\n')) expect((line.match(/"/g)?.length ?? 0) % 2).toBe(0)
  })

  it('names its deliveries after the days they are cut', async () => {
    const {truth} = await write({patients: 2, seed: 1, faultRate: 0, now: new Date('2027-01-04T10:00:00Z')})

    expect(truth.deliveries).toEqual(['2026-12-28', '2027-01-04'])
  })

  it('waits before each delivery is begun', async () => {
    const order: string[] = []

    await writeClinic({
      directory: 'd',
      patients: 2,
      seed: 1,
      faultRate: 0,
      beforeDelivery: async (delivery) => void order.push(`before ${delivery}`),
      write: async (file, chunks) => {
        for (const _ of chunks);
        order.push(file)
      },
    })

    expect(order.filter((entry) => entry.startsWith('before') || entry.endsWith('patients.csv'))).toEqual([
      'before 2026-03-01',
      'd/inbox/ehr/2026-03-01/patients.csv',
      'before 2026-03-08',
      'd/inbox/ehr/2026-03-08/patients.csv',
    ])
  })

  it.each([
    {patients: 0, seed: 1, faultRate: 0},
    {patients: 1.5, seed: 1, faultRate: 0},
    {patients: 10, seed: -1, faultRate: 0},
    {patients: 10, seed: 1, faultRate: 0.5},
    {patients: 10, seed: 1, faultRate: Number.NaN},
  ])('refuses $patients patients, seed $seed, rate $faultRate', async (options) => {
    await expect(write(options)).rejects.toMatchObject({code: 'CONFIG_USAGE'})
  })
})
