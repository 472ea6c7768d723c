import {readFileSync} from 'node:fs'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import {rangesPage} from '../../../scripts/ranges-page.ts'
import {rulesPage} from '../../../scripts/rules-page.ts'
import {ruleKinds} from '../../../src/core/rules/index.ts'
import {faultsOfDeliveries, rowFaults} from '../../support/planted-faults/index.ts'

const docs = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../docs')
const page = (name: string): string => readFileSync(path.join(docs, name), 'utf8')

const dashboardChecks = [
  ...['cdmTable', 'measurePersonCompleteness', 'measureConditionEraCompleteness', 'measureObservationPeriodOverlap', 'cdmField'],
  ...['isRequired', 'cdmDatatype', 'isPrimaryKey', 'isForeignKey', 'fkDomain', 'fkClass', 'isStandardValidConcept'],
  ...['measureValueCompleteness', 'standardConceptRecordCompleteness', 'sourceConceptRecordCompleteness', 'sourceValueCompleteness'],
  ...['plausibleValueLow', 'plausibleValueHigh', 'plausibleTemporalAfter', 'plausibleDuringLife', 'plausibleAfterBirth'],
  ...['plausibleBeforeDeath', 'plausibleStartBeforeEnd', 'withinVisitDates', 'plausibleGender', 'plausibleGenderUseDescendants'],
  'plausibleUnitConceptIds',
]

describe('docs/rules.md', () => {
  it('says what the registries of rules and steps say', () => {
    expect(page('rules.md')).toBe(rulesPage())
  })
})

describe('docs/plausible-ranges.md', () => {
  it('says what the clinical packs say', () => {
    expect(page('plausible-ranges.md')).toBe(rangesPage())
  })
})

describe('docs/checks-of-the-field.md', () => {
  it('names rules that there are', () => {
    const named = [...page('checks-of-the-field.md').matchAll(/\brule `([a-zA-Z]+)`/g)].map(([, name]) => name ?? '')

    expect(named.length).toBeGreaterThan(30)
    expect(named.filter((name) => !ruleKinds.has(name))).toEqual([])
  })

  it('says what becomes of each of the 27 checks of the Data Quality Dashboard', () => {
    const [, ofDashboard = ''] = page('checks-of-the-field.md').split(/^## /m)
    const told = ofDashboard.split('\n').flatMap((line) => (/^\| (.*?) \|/.exec(line)?.[1] ?? '').split(', '))

    expect(dashboardChecks).toHaveLength(27)
    expect(dashboardChecks.filter((check) => !told.includes(check))).toEqual([])
  })
})

describe('docs/planted-faults.md', () => {
  it('tells of every fault that is planted', () => {
    const told = page('planted-faults.md')
    const faults = [...rowFaults, ...faultsOfDeliveries].map(({rule, dataset, name}) => `| ${rule} | ${dataset}: ${name} |`)

    expect(faults.filter((fault) => !told.includes(fault))).toEqual([])
  })
})
