// A delivery that has drifted from its contract: each way is found, and what the contract could say to it is a patch that a person takes.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type DriftReport, findDrift, ingest, lintContracts} from '../../src/core/index.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const file = 'contracts/person.odcs.yaml'
const contract = readFileSync(path.resolve('test/fixtures/workspaces/ward', file), 'utf8').replace(
  '      - {name: weight',
  '      # Where they lie. A comment that stays.\n      - {name: unit, logicalType: string, quality: [{id: unit_known, metric: invalidValues, mustBe: 0, arguments: {validValues: [A1, B2]}}]}\n      - {name: weight',
)

interface Made {
  readonly from: number
  readonly rows: number
  readonly line: (n: number) => string
}
const csv = (header: string, {from, rows, line}: Made): string =>
  `${[header, ...Array.from({length: rows}, (_, n) => line(from + n))].join('\n')}\n`
const day = (n: number): string => String((n % 28) + 1).padStart(2, '0')
const usual = (n: number): string => `p${n},Name${n},1980-03-${day(n)},${n % 2 === 0 ? 'A1' : 'B2'},${60 + (n % 40)}`

describe('a delivery', () => {
  let ward: TestWorkspace
  let report: DriftReport
  const drift = (only: readonly string[] = []) => ward.use((workspace) => findDrift(workspace, {dataset: 'person', only}))
  const finding = (kind: string) => report.findings.find((one) => one.kind === kind)

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.write(file, contract)
    for (let n = 0; n < 4; n++) {
      ward.write(`inbox/persons-${n}.csv`, csv('id,name,born,unit,weight', {from: n * 40, rows: 40, line: usual}))
      await ward.conform({fresh: true})
    }
  }, 240_000)
  afterAll(() => ward?.close())

  it('like those before it has not drifted', async () => {
    expect(await drift()).toMatchObject({batch: 4, rows: 40, findings: []})
  })

  it('that has drifted in six ways shows each of them', async () => {
    const strange = (n: number): string =>
      `p${n},Name${n},${day(n)}.03.1980,${n % 10 === 0 ? 'C3' : 'A1'},${((60 + (n % 40)) * 2.20462).toFixed(1)},W${n % 3}`
    ward.write('inbox/persons-9.csv', csv('id,full_name,born,unit,weight,ward', {from: 0, rows: 120, line: strange}))
    await ward.use((workspace) => ingest(workspace, {sources: []}))

    report = await drift()

    expect(report.findings.map(({kind, column, step}) => [kind, column, step])).toEqual([
      ['renamed', 'name', 'minor'],
      ['added', 'ward', 'minor'],
      ['unread', 'born', 'minor'],
      ['categories', 'unit', 'major'],
      ['units', 'weight', undefined],
      ['volume', undefined, undefined],
    ])
    expect(finding('renamed')?.message).toContain('100 % of 120 values of the new column full_name')
    expect(finding('categories')).toMatchObject({rows: 12, remedy: {values: ['C3']}})
    expect(finding('units')?.message).toContain('pounds for kilograms')
    expect(finding('volume')?.rows).toBe(120)
    // Names are nobody's business.
    expect(JSON.stringify(report)).not.toMatch(/Name\d/)
  })

  it('gets a patch that keeps every comment, raises the version and is a contract', async () => {
    const text = report.patch?.text ?? ''
    const draft = ward.write('drafts/person.odcs.yaml', text)

    expect(report.patch).toMatchObject({step: 'major', version: '2.0.0'})
    expect(text).toContain('# Where they lie. A comment that stays.')
    expect(text).toContain('validValues: [A1, B2, C3]')
    expect(text).toMatch(/transformSourceObjects: \[\s*name, full_name\s*\]/)
    expect(text).toContain('value: [yyyy-MM-dd, dd.MM.yyyy]')
    expect(await ward.use((workspace) => lintContracts(workspace, [draft]))).toMatchObject({errors: []})
    // Nobody took it yet.
    expect(readFileSync(path.join(ward.root, file), 'utf8')).toBe(contract)
  })

  it('is as expected once a person took the patch', async () => {
    ward.write(file, report.patch?.text ?? '')

    const {findings, patch} = await drift()

    expect(findings.map(({kind}) => kind)).toEqual(['units', 'volume'])
    expect(patch).toBeUndefined()
  })

  it('is patched for the named columns alone', async () => {
    ward.write(file, contract)

    const {patch} = await drift(['name'])

    expect(patch).toMatchObject({step: 'minor', version: '1.1.0'})
    expect(patch?.changes.map(({column}) => column)).toEqual(['name'])
  })

  it('that lacks a column which silver never had either is told, and nothing fails', async () => {
    ward.write(file, contract.replace('      - {name: weight', '      - {name: height, logicalType: number}\n      - {name: weight'))

    const {findings} = await drift()

    expect(findings).toContainEqual(expect.objectContaining({kind: 'lost', column: 'height'}))
    expect(findings.map(({kind}) => kind)).toContain('renamed')
    ward.write(file, contract)
  })

  it('that lacks a required column is told, although its contract refuses it', async () => {
    ward.write('inbox/persons-z.csv', csv('id,born,unit,weight', {from: 500, rows: 30, line: (n) => `p${n},1980-03-${day(n)},A1,70`}))
    await ward.use((workspace) => ingest(workspace, {sources: []}))

    const {findings} = await drift()

    expect(findings).toMatchObject([{kind: 'lost', column: 'name', remedy: {kind: 'makeOptional', column: 'name'}, step: 'major'}])
  })

  it('without a header is refused, and its first row is not told for one', async () => {
    ward.write('inbox/persons-zz.csv', csv('p900,Secretname,1980-03-01,A1,70', {from: 901, rows: 3, line: usual}))
    await ward.use((workspace) => ingest(workspace, {sources: []}))

    const error: unknown = await drift().catch((thrown: unknown) => thrown)

    expect(error).toMatchObject({code: 'SOURCE_REFUSED'})
    expect(String((error as Error).message)).not.toMatch(/Secretname|p900/)
  })
})
