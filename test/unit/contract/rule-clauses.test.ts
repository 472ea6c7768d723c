import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {readContract} from '../../../src/core/contract/read-contract.ts'
import {labContract, labText} from '../../support/contract-text.ts'
import {referenceEngine} from '../../support/reference-engine.ts'
import {runContractOnFile} from '../../support/run-contract.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hippo-rule-clauses-'))
})
afterAll(() => rmSync(folder, {recursive: true}))

/** Judges CSV rows by a contract on the reference engine. */
async function judge(properties: string, csv: string, object = '') {
  const file = join(folder, 'rows.csv')
  writeFileSync(file, csv)
  return runContractOnFile(referenceEngine(), labContract(properties, object), file)
}

const value = (quality: string): string => `
- name: value
  logicalType: number
  quality:
    - ${quality}`

describe('a clause with two tiers', () => {
  const pressure = value('{type: custom, engine: hippo, implementation: {rule: range, min: 0, max: 300, soft: {min: 40, max: 210}}}')

  it('quarantines what is impossible, warns of what is unlikely, and gives one reason for each', async () => {
    const {accepted, quarantined, checks} = await judge(pressure, 'value\n-1\n0\n39.9\n40\n210\n211\n300\n301\n""\n')

    expect(quarantined.map((row) => [row.value, row.reasons])).toEqual([
      [-1, 'value.range'],
      [301, 'value.range'],
    ])
    expect(accepted).toHaveLength(7)
    expect(checks.filter(({rule}) => rule === 'range')).toMatchObject([
      {id: 'value.range', severity: 'error', outcome: 'failed', violated: 2, denominator: 8},
      {id: 'value.range.soft', severity: 'warning', outcome: 'warned', violated: 4, denominator: 8},
    ])
  })

  it('names its soft tier after its own id', () => {
    const {rules} = labContract(value('{id: bp, type: custom, engine: hippo, implementation: {rule: range, max: 300, soft: {max: 210}}}'))

    expect(rules.map(({id, onFailure}) => [id, onFailure]).filter(([id]) => id?.startsWith('bp'))).toEqual([
      ['bp', 'quarantine'],
      ['bp.soft', 'warn'],
    ])
  })

  it('is refused where its soft tier says nothing sound, at that place', () => {
    const upsideDown = value('{type: custom, engine: hippo, implementation: {rule: range, max: 300, soft: {min: 400}}}')
    const noMap = value('{type: custom, engine: hippo, implementation: {rule: range, max: 300, soft: 210}}')

    expect(() => labContract(upsideDown)).toThrow('minimum 400 is above maximum 300')
    expect(() => labContract(noMap)).toThrow('soft must be a map of the parameters that differ')
  })
})

describe('a custom clause', () => {
  it('tolerates as many rows as its operator says', async () => {
    const clause = '{type: custom, engine: hippo, mustBeLessOrEqualTo: 50, unit: percent, implementation: {rule: range, max: 1}}'

    const tolerated = await judge(value(clause), 'value\n1\n2\n')
    const tooMany = await judge(value(clause), 'value\n1\n2\n3\n')

    const outcomes = ({checks, accepted}: typeof tolerated) => [checks.find(({rule}) => rule === 'range')?.outcome, accepted.length]
    expect(outcomes(tolerated)).toEqual(['passed', 2])
    expect(outcomes(tooMany)).toEqual(['failed', 3])
  })

  it('is judged where its condition is true alone, overlaps included', async () => {
    const properties = `
- {name: person, logicalType: string}
- {name: class, logicalType: string}
- {name: from, logicalType: date}
- {name: to, logicalType: date}`
    const object = `
quality:
  - id: one_bed
    type: custom
    engine: hippo
    implementation: {rule: overlap, key: person, start: from, end: to, when: "class = 'inpatient'"}
  - id: has_end
    type: custom
    engine: hippo
    severity: warning
    implementation: {rule: expression, holds: 'days(from, to) <= 30', when: 'class is not null and to is not null'}`
    const rows = [
      'p1,inpatient,2026-01-01,2026-01-31',
      'p1,ambulatory,2026-01-05,2026-01-05',
      'p2,inpatient,2026-01-01,2026-02-01',
      'p2,inpatient,2026-01-31,',
    ]

    const {quarantined, checks} = await judge(properties, `person,class,from,to\n${rows.join('\n')}\n`, object)

    expect(quarantined.map(({person, reasons}) => [person, reasons])).toEqual([
      ['p2', 'one_bed'],
      ['p2', 'one_bed'],
    ])
    expect(checks.filter(({id}) => id === 'one_bed' || id === 'has_end')).toMatchObject([
      {outcome: 'failed', violated: 2, denominator: 3},
      {outcome: 'warned', violated: 1, denominator: 3},
    ])
  })

  it('is refused for a condition that means nothing, with the character', () => {
    const clause = (when: string) => value(`{type: custom, engine: hippo, implementation: {rule: range, max: 1, when: ${when}}}`)

    expect(() => labContract(clause("value > 'x'"))).toThrow('when: character 9: this is no value of type number')
    expect(() => labContract(clause('valeu > 1'))).toThrow('there is no column valeu')
    expect(() => labContract(clause('value >'))).toThrow('when: character 8: a value is missing')
  })

  it('is refused where columns of a rule about the whole row do not fit it', () => {
    const object = `
quality:
  - {type: custom, engine: hippo, implementation: {rule: overlap, key: value, start: value, end: value}}`

    expect(() => labContract('- {name: value, logicalType: number}', object)).toThrow('a span needs two dates or two timestamps')
  })
})

describe('a primary key of which one row is kept', () => {
  const contract = (keep: string, more = '') => `
- name: id
  logicalType: string
  primaryKey: true
  required: true
  quality:
    - {type: custom, engine: hippo, ${more}implementation: {rule: unique, ${keep}}}
- {name: at, logicalType: date}
- {name: city, logicalType: string}`
  const rows =
    'id,at,city\n1,2026-01-01,Bern\n1,2026-01-03,Basel\n1,2026-01-03,Basel\n1,2026-01-02,Thun\n2,2026-01-01,Bern\n2,2026-01-01,Basel\n'

  it('keeps the latest, and none where several are', async () => {
    const {accepted, quarantined} = await judge(contract('keep: latest, by: at'), rows)

    expect(accepted.map(({id, city}) => [id, city])).toEqual([
      ['1', 'Basel'],
      ['1', 'Basel'],
    ])
    expect(quarantined.map(({id, city, reasons}) => [id, city, reasons])).toEqual([
      ['1', 'Bern', 'id.unique'],
      ['1', 'Thun', 'id.unique'],
      ['2', 'Bern', 'id.unique'],
      ['2', 'Basel', 'id.unique'],
    ])
  })

  it('keeps the first, and leaves rows that are sent twice to be counted as duplicates', async () => {
    const {quarantined} = await judge(contract('keep: first'), rows)

    expect(quarantined.map(({id, city}) => [id, city])).toEqual([
      ['1', 'Basel'],
      ['1', 'Thun'],
      ['2', 'Basel'],
    ])
  })

  it('cannot merely warn, nor hold for some rows only', async () => {
    expect(() => labContract(contract('keep: first', 'severity: warning, '))).toThrow('cannot merely warn')
    const {rules} = labContract(contract("keep: first, when: 'at is not null'"))

    expect(rules.filter(({kind}) => kind === 'unique')).toHaveLength(2)
  })
})

describe('parameters of the rules', () => {
  const clause = (implementation: string) => () =>
    labContract(`
- name: code
  logicalType: string
  quality:
    - type: custom
      engine: hippo
      implementation: ${implementation}
- {name: at, logicalType: timestamp}
- {name: day, logicalType: date}`)

  it.each([
    ['{rule: codeFormat, system: loink}', 'rule codeFormat: unknown code system loink', 'did you mean loinc?'],
    ['{rule: codeFormat, system: [snomed, ucum]}', 'unknown code system ucum', 'known: loinc, '],
    ['{rule: codeFormat}', 'system is missing', undefined],
    ['{rule: unit, system: ucum}', 'unknown parameter system', 'it takes no parameters'],
    ['{rule: unique, keep: latest}', 'keep: latest needs by', undefined],
    ['{rule: unique, keep: latest, by: code}', 'column code is text: the latest row is told by a date', undefined],
    ['{rule: unique, by: at}', 'by is for keep: latest', undefined],
    ['{rule: functionalDependency, determinedBy: [ate]}', 'there is no column ate', 'did you mean at?'],
    ['{rule: sexSpecific, sex: code, only: {male: ["^C61"]}}', 'only names one sex', 'name the others with a list of their own'],
    ['{rule: sexSpecific, sex: code, only: {male: ["(?=C61)"], female: ["^O"]}}', 'pattern of male', undefined],
    ['{rule: memberOfTable, dataset: a, file: b.csv, on: {x: code}}', 'it takes a dataset or a file, not both', undefined],
    ['{rule: rangeByTable, file: b.csv, on: {x: {dataset: y}}, min: low}', 'rangeByTable on x: on is missing', undefined],
    ['{rule: overlap, key: code, start: at, end: day}', 'a span needs two dates or two timestamps', undefined],
    ['{rule: valueSet, file: a.csv, version: 3}', 'version must be text', undefined],
  ])('are refused at their place: %s', (implementation, message, hint) => {
    const refused = (() => {
      try {
        return clause(implementation)()
      } catch (error) {
        return error
      }
    })()

    expect(refused).toMatchObject({code: 'CONTRACT_RULE_INVALID', at: {file: 'lab.odcs.yaml', line: expect.any(Number)}})
    expect((refused as Error).message).toContain(message)
    if (hint !== undefined) expect((refused as {readonly hint?: string}).hint).toContain(hint)
  })
})

describe('clauses about the dataset as a whole', () => {
  const custom = (implementation: string, more = ''): string => `{type: custom, engine: hippo, implementation: {${implementation}}${more}}`
  const found = (properties: string, object = '') =>
    labContract(properties, object).rules.map(({id, severity, onFailure}) => [id, severity, onFailure].join(' '))

  it('warn where what they find is suspicious and not wrong, unless the clause says otherwise', () => {
    expect(found(value(custom('rule: outlier')))).toContain('value.outlier warning warn')
    expect(found(value(custom('rule: outlier', ', severity: error')))).toContain('value.outlier error quarantine')
    expect(found(value(custom('rule: drift')))).toContain('value.drift warning warn')
    expect(found(value(custom('rule: completeness, min: 90')))).toContain('value.completeness error fail')
  })

  it.each([
    [
      'completeness under no column',
      () => labContract(value('{metric: nullValues, mustBe: 0}'), `quality: [${custom('rule: completeness, min: 90')}]`),
      'is about a column',
    ],
    ['groups by numbers with decimals', () => labContract(value(custom('rule: completeness, min: 90, by: value'))), 'make no groups'],
    [
      'groups by a column that is not there',
      () => labContract(value(custom('rule: completeness, min: 90, by: ward'))),
      'there is no column ward',
    ],
    ['a share of nothing', () => labContract(value(custom('rule: completeness, min: 0'))), 'above 0'],
    ['a jump without a bound', () => labContract(value(custom('rule: jump, key: value, at: value'))), 'it needs max or maxPercent'],
    ['a jump in the order of numbers', () => labContract(value(custom('rule: jump, key: value, at: value, max: 3'))), 'is told by a date'],
    ['classes that do not ascend', () => labContract(value(custom('rule: drift, bins: [2, 1]'))), 'bins ascend'],
    [
      'rows of the dataset for quarantine',
      () => labContract(value(custom('rule: drift', ', customProperties: [{property: hippoOnFailure, value: quarantine}]'))),
      'no rows to quarantine',
    ],
  ])('refuse %s', (_, read, message) => {
    expect(read).toThrow(message)
  })

  it('refuse to keep anything of a protected column', () => {
    const name = (rule: string) => `
- name: name
  logicalType: string
  classification: restricted
  quality: [${custom(rule)}]`

    expect(() => labContract(name('rule: drift'))).toThrow('cannot judge name: the column is protected')
    expect(() => labContract(name('rule: completeness, min: 90'))).not.toThrow()
  })

  it('come from service levels that name a date of the dataset, and from no others', () => {
    const promised = (entries: string) =>
      readContract(
        'lab.odcs.yaml',
        `${labText('- {name: day, logicalType: date}\n- {name: code, logicalType: string}')}slaProperties: [${entries}]\n`,
      )
        .rules.filter(({kind}) => kind !== 'type')
        .map(({id, params, severity, at}) => [id, params, severity, at.line])

    expect(
      promised('{property: latency, value: 2, unit: days, element: lab.day}, {property: retention, value: 12, unit: months, element: day}'),
    ).toEqual([
      ['day.freshness', {withinHours: 48}, 'warning', 11],
      ['day.retention', {days: 365.25}, 'warning', 11],
    ])
    expect(promised('{property: freshness, value: 2, unit: days}')).toEqual([])
    expect(promised('{property: freshness, value: 2, unit: days, element: lab.code}')).toEqual([])
    expect(promised('{property: freshness, value: 2, unit: days, element: other.day}')).toEqual([])
  })
})
