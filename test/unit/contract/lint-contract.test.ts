import {describe, expect, it} from 'vitest'
import {lintContract} from '../../../src/core/contract/lint-contract.ts'
import type {Relation} from '../../../src/core/rules/define-rule.ts'
import {labText} from '../../support/contract-text.ts'

const relation: Relation = {plan: {kind: 'values', columns: [], rows: []}, columns: {id: 'string', born_on: 'date'}}

const lint = (text: string, datasets?: readonly string[]) =>
  lintContract('lab.odcs.yaml', text, datasets === undefined ? {} : {datasets: new Map(datasets.map((name) => [name, relation]))}).map(
    ({kind, message, at}) => `${at.line} ${kind} ${message}`,
  )

describe('lintContract', () => {
  it('finds nothing in a plain contract', () => {
    expect(lint(labText('- {name: id, logicalType: integer, primaryKey: true}'))).toEqual([])
  })

  it('finds columns that the other dataset lacks, in references, rules and lookups, and the nearest that it has', () => {
    const text = labText(`
- name: id
  logicalType: string
  relationships: [{to: patient.idd}]
- name: born
  logicalType: date
  quality:
    - type: custom
      engine: hippo
      implementation: {rule: memberOfTable, dataset: patient, on: {born_in: born}}
  customProperties:
    - property: hippoTransform
      value: [{step: lookup, dataset: patient, on: {id: id}, take: born_at}]`)

    const findings = lintContract('lab.odcs.yaml', text, {datasets: new Map([['patient', relation]])})

    expect(findings.map(({kind, message, hint, at}) => [at.line, kind, message, hint])).toEqual([
      [11, 'broken', 'id.reference: dataset patient has no column idd', 'did you mean id?'],
      [17, 'broken', 'born.memberOfTable: dataset patient has no column born_in', 'did you mean born_on?'],
      [20, 'broken', 'step lookup of born: dataset patient has no column born_at', 'did you mean born_on?'],
    ])
    expect(findings.every(({at}) => at.column > 0 && at.file === 'lab.odcs.yaml')).toBe(true)
  })

  it('finds keys that never match because their types differ, in rules and lookups, and lookups into what is not there', () => {
    const text = labText(`
- name: born
  logicalType: integer
  quality:
    - type: custom
      engine: hippo
      implementation: {rule: memberOfTable, dataset: patient, on: {born_on: born}}
- name: seen
  logicalType: string
  customProperties:
    - property: hippoTransform
      value: [{step: lookup, dataset: patiet, on: {id: seen}, take: born_on}]`)

    expect(lint(text, ['patient'])).toEqual([
      '14 broken born.memberOfTable: born is integer but patient.born_on is date: they never match',
      '19 broken step lookup of seen cannot run: there is no dataset patiet',
    ])
  })

  it('lists what nothing enforces, in the order of the file', () => {
    const text = `${labText(`
- name: id
  logicalType: string
  physicalType: VARCHAR(8)
  partitioned: true
  transformLogic: trim(id)
  relationships: [{to: patiet.id}]
  quality: [{type: text, description: looks right}]`)}slaProperties: [{property: retention, value: 3, unit: y}]\n`

    expect(lint(text, ['patient'])).toEqual([
      '11 unenforced physicalType VARCHAR(8) does not limit the length',
      '12 unenforced hippo does not partition tables',
      '13 unenforced transformLogic is for readers; steps under hippoTransform are what runs',
      '14 broken id.reference is not checked: there is no dataset patiet',
      '15 unenforced id.text is not checked: a rule in words: a person has to judge it',
      '16 unenforced the service level retention is not watched',
    ])
  })

  it('doubts what is probably not meant', () => {
    const text = `${labText(
      `
- {name: birth_date, logicalType: date}
- {name: code, logicalType: string, logicalTypeOptions: {pattern: '[0-9]+'}}`,
      'quality: [{metric: rowCount, mustBeBetween: [1, 5]}]',
    ).replace('1.0.0', 'v1')}slaProperties: [{property: freshness, value: 3, unit: m}]\n`

    expect(lint(text)).toEqual([
      '4 doubtful version v1 is no semantic version: changes cannot be told apart by it',
      '8 doubtful rowCount: mustBeBetween leaves both ends out, as ODCS says',
      '10 doubtful column birth_date sounds like patient data but is not marked as such',
      '11 doubtful code.pattern: the pattern may match anywhere in the text',
      '12 doubtful unit m is read as minutes; other tools read months',
    ])
  })

  it('tells a waiver that is over, by the day that it is asked on', () => {
    const waiver = '{property: hippoWaiver, value: {until: 2026-03-01, by: keller, reason: told}}'
    const text = labText(`- {name: a, logicalType: string, quality: [{metric: nullValues, mustBe: 0, customProperties: [${waiver}]}]}`)
    const on = (now: string) => lintContract('lab.odcs.yaml', text, {now}).map(({message}) => message)

    expect(on('2026-02-28T23:59:59Z')).toEqual([])
    expect(on('2026-03-01T00:00:00Z')).toEqual(['the waiver of a.required was over on 2026-03-01: the check counts again'])
  })
})
