import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {column} from '../../../src/core/expr/expr.ts'
import {codeFormat} from '../../../src/core/rules/code-format.ts'
import type {RowRule, RuleKind} from '../../../src/core/rules/define-rule.ts'
import {unit} from '../../../src/core/rules/unit.ts'
import {evaluateAll} from '../../support/reference-engine.ts'
import {sharedData} from '../../support/shared-data.ts'
import {readStrictCsvFile} from '../../support/strict-csv.ts'

const at = {file: 'lab.odcs.yaml', line: 1, column: 1}
const value = column('value')

/** The different texts of a column that a rule calls bad. */
function badTexts(kind: RuleKind, params: object, file: string, name: string): readonly string[] {
  const [header = [], ...rows] = readStrictCsvFile(file)
  const place = header.indexOf(name)
  const texts = [...new Set(rows.map((row) => row[place] ?? ''))].filter((text) => text !== '')
  const rule = kind as RowRule<unknown>
  const scope = {columns: {value: 'string'}, now: '2026-01-01T00:00:00.000Z', relation: () => undefined} as const
  const violates = rule.violates(rule.parse(params, at), {name: 'value', type: 'string', value, text: value}, scope)
  const verdicts = evaluateAll(
    violates,
    texts.map((text) => ({value: text})),
    scope.columns,
  )
  expect(texts.length).toBeGreaterThan(0)
  return texts.filter((_, index) => verdicts[index] === true).toSorted()
}

describe.each(['synthea-28-csv', 'synthea-51-csv'])('codes and units of %s', (name) => {
  const folder = sharedData(name)
  const bad = (system: string, file: string, of = 'CODE') => badTexts(codeFormat, {system}, join(folder ?? '', `${file}.csv`), of)

  it.skipIf(folder === undefined)('have the form of their systems, but for those that are none', () => {
    // Synthea writes one concept with a wrong check digit (10939881000119105 is right), and outcomes that LOINC has no code for.
    expect(bad('snomed', 'conditions')).toEqual(name === 'synthea-28-csv' ? ['10939881000119104'] : [])
    expect(bad('loinc', 'observations').filter((code) => !/^(QALY|DALY|QOLS|X9999-[0-9])$/.test(code))).toEqual([])
    expect([bad('snomed', 'encounters'), bad('snomed', 'procedures'), bad('rxnorm', 'medications'), bad('cvx', 'immunizations')]).toEqual([
      [],
      [],
      [],
      [],
    ])
  })

  it.skipIf(folder === undefined)('are units of UCUM, but for the word null', () => {
    expect(badTexts(unit, {}, join(folder ?? '', 'observations.csv'), 'UNITS')).toEqual(name === 'synthea-28-csv' ? ['null'] : [])
  })
})
