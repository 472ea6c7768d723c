import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {compileContract} from '../../../src/core/contract/compile-contract.ts'
import {lintContract} from '../../../src/core/contract/lint-contract.ts'
import {readContractFile} from '../../../src/core/contract/read-contract.ts'
import {readCsvTable} from '../../../src/core/contract/read-csv-table.ts'
import {readValueSet} from '../../../src/core/contract/read-value-set.ts'
import {labText} from '../../support/contract-text.ts'
import {referenceEngine} from '../../support/reference-engine.ts'
import {runContractOnFile} from '../../support/run-contract.ts'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'hippo-reference-files-'))
})
afterAll(() => rmSync(root, {recursive: true}))

/** Writes files of a workspace, by path, and gives the contract of `lab` with a rule on its column `code`. */
async function contractWith(rule: string, files: Readonly<Record<string, string>>) {
  const text = labText(`
- name: code
  logicalType: string
  quality:
    - {type: custom, engine: hippo, implementation: ${rule}}`)
  for (const [name, content] of Object.entries({...files, 'contracts/lab.odcs.yaml': text})) {
    mkdirSync(dirname(join(root, name)), {recursive: true})
    writeFileSync(join(root, name), content)
  }
  const contract = await readContractFile(join(root, 'contracts/lab.odcs.yaml'))
  const findings = lintContract(contract.path, text, {
    datasets: new Map(),
    ...(contract.referenceFiles ? {files: contract.referenceFiles} : {}),
  })
  return {contract, findings: findings.map(({kind, message, at}) => `${at.line} ${kind} ${message}`)}
}

const valueSet = (parts: object): string => JSON.stringify({resourceType: 'ValueSet', name: 'Wards', version: '2026-11', ...parts})
const expansion = {
  contains: [
    {system: 'urn:ward', code: 'ICU'},
    {code: 'group', abstract: true, contains: [{code: 'ER'}]},
  ],
}

describe('files that rules refer to', () => {
  it('judge rows by the codes of a value set, and the check names its version', async () => {
    const {contract, findings} = await contractWith('{rule: valueSet, file: sets/wards.json}', {
      'sets/wards.json': valueSet({expansion}),
      'rows.csv': 'code\nICU\nER\ngroup\nicu\n""\n',
    })

    const {quarantined, checks} = await runContractOnFile(referenceEngine(), contract, join(root, 'rows.csv'))

    expect(findings).toEqual([])
    expect(quarantined.map(({code}) => code)).toEqual(['group', 'icu'])
    expect(checks).toMatchObject([{outcome: 'failed', violated: 2, denominator: 4}])
    expect(checks[0]?.description).toBe('code is in the value set sets/wards.json (Wards 2026-11)')
  })

  it('name a table by the version that the rule gives, else by its hash', async () => {
    const files = {'codes.csv': 'code;name\nA;"x; y"\n'}
    const named = await contractWith('{rule: valueSet, file: codes.csv, version: 3.1.0}', files)
    const unnamed = await contractWith('{rule: valueSet, file: codes.csv}', files)
    const describe = ({contract}: typeof named) =>
      compileContract(contract, {now: '2026-01-01T00:00:00Z', relation: () => undefined}).checks[0]?.description

    expect(describe(named)).toBe('code is in the value set codes.csv (codes.csv 3.1.0)')
    expect(describe(unnamed)).toMatch(/^code is in the value set codes\.csv \(codes\.csv [0-9a-f]{12}\)$/)
  })

  it.each([
    ['{rule: valueSet, file: none.csv}', {}, /file none\.csv: it cannot be read in/],
    ['{rule: valueSet, file: ../outside.csv}', {'../outside.csv': 'code\nA\n'}, /file \.\.\/outside\.csv: it lies outside the workspace/],
    ['{rule: valueSet, file: /etc/hostname}', {}, /its path must be relative/],
    ['{rule: valueSet, file: torn.csv}', {'torn.csv': 'code,name\nA\n'}, /file torn\.csv: line 2 has 1 fields, its header 2/],
    ['{rule: valueSet, file: empty.csv}', {'empty.csv': 'code\n'}, /it has no rows/],
    ['{rule: valueSet, file: latin.csv, column: kode}', {'latin.csv': 'code\nA\n'}, /file latin\.csv has no column kode/],
    [
      '{rule: valueSet, file: old.json, version: "2027"}',
      {'old.json': valueSet({expansion})},
      /file old\.json is version 2026-11, and the rule asks for 2027/,
    ],
  ])('break the rule that asks for them and no other: %s', async (rule, files, message) => {
    const {contract, findings} = await contractWith(rule, files)

    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatch(/^12 broken /)
    expect(findings[0]).toMatch(message)
    const {notChecked} = compileContract(contract, {now: '2026-01-01T00:00:00Z', relation: () => undefined})
    expect(notChecked).toMatchObject([{clause: {id: 'code.valueSet'}, outcome: 'errored', reason: expect.stringMatching(message)}])
  })

  it('are not followed out of the workspace by a link', async () => {
    writeFileSync(join(root, '..', 'hippo-outside.csv'), 'code\nA\n')
    symlinkSync(join(root, '..', 'hippo-outside.csv'), join(root, 'linked.csv'))

    const {findings} = await contractWith('{rule: valueSet, file: linked.csv}', {})

    rmSync(join(root, '..', 'hippo-outside.csv'))
    expect(findings[0]).toMatch(/it lies outside the workspace/)
  })
})

describe('readCsvTable', () => {
  it('reads quotes, blank lines, a byte order mark and all line ends', () => {
    expect(readCsvTable('\ufeffcode,name\r\n"A, ""1""", x \r\n\r\nB,"two\nlines"\nC,\n')).toEqual({
      columns: ['code', 'name'],
      rows: [
        ['A, "1"', 'x'],
        ['B', 'two\nlines'],
        ['C', null],
      ],
    })
  })

  it.each([
    ['', /line 1 is no header/],
    ['a,,b\n', /line 1 is no header/],
    ['a,a\n1,2\n', /its header has a twice/],
    ['a,b\n"x\ny",1,2\n', /line 2 has 3 fields/],
    ['a,b\n1,2\n3,x"y\n', /line 3 has a quote/],
    ['a,b\n1,2\n"3"x,4\n', /line 3 has a quote that does not belong there/],
  ])('refuses %j where columns would shift', (text, message) => {
    expect(() => readCsvTable(text)).toThrow(message)
  })
})

describe('readValueSet', () => {
  it('reads a definition that lists all of its codes', () => {
    const compose = {include: [{system: 'urn:a', concept: [{code: '1', display: 'one'}, {code: '2'}]}]}

    expect(readValueSet(valueSet({compose})).rows).toEqual([
      ['urn:a', '1', 'one'],
      ['urn:a', '2', null],
    ])
  })

  it.each([
    ['{', /it is no JSON/],
    ['{"resourceType": "Bundle"}', /it is no FHIR ValueSet/],
    [valueSet({compose: {include: [{system: 'http://snomed.info/sct', filter: []}]}}), /expand it on a terminology server/],
    [valueSet({compose: {include: [{concept: []}], exclude: [{}]}}), /expand it on a terminology server/],
    [valueSet({expansion: {...expansion, total: 300}}), /its expansion holds 2 of 300 codes/],
  ])('refuses a set of which it would know a part only: %s', (text, message) => {
    expect(() => readValueSet(text)).toThrow(message)
  })
})
