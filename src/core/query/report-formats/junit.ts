// JUnit XML, as CI servers read it: a suite a dataset, a case a check. failed is a failure, errored an error, what came to no verdict is
// skipped with its reason; a warning or a waived check passes, and says so in its output.

import type {StandingCheck} from '../../catalog/catalog.ts'
import {isJudged} from '../../model/check.ts'
import type {ReportedDataset} from '../quality-report.ts'
import type {ReportFormat} from './define-format.ts'

export const junit: ReportFormat = {
  name: 'junit',
  render({workspace, datasets}) {
    const all = datasets.flatMap(({checks}) => checks)
    const head = `<testsuites${attributes({name: workspace, ...countsOf(all)})}>`
    return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...datasets.flatMap(suite), '</testsuites>', ''].join('\n')
  },
}

function suite(dataset: ReportedDataset): readonly string[] {
  const {at, checks, run, version, contractVersion} = dataset
  const name = `${dataset.layer}.${dataset.dataset}`
  const facts = {run, version: String(version), ...(contractVersion === undefined ? {} : {contractVersion})}
  return [
    // JUnit has no zone: its timestamps are UTC here.
    `  <testsuite${attributes({name, ...countsOf(checks), timestamp: at.replace(/\.\d+Z$|Z$/, '')})}>`,
    '    <properties>',
    ...Object.entries(facts).map(([key, value]) => `      <property${attributes({name: key, value})}/>`),
    '    </properties>',
    ...checks.flatMap((check) => testCase(check, name)),
    '  </testsuite>',
  ]
}

function testCase(check: StandingCheck, classname: string): readonly string[] {
  const open = `    <testcase${attributes({name: check.id, classname, time: '0'})}`
  const inside = outcomeOf(check)
  return inside === undefined ? [`${open}/>`] : [`${open}>`, `      ${inside}`, '    </testcase>']
}

function outcomeOf(check: StandingCheck): string | undefined {
  const {outcome, description, reason, violated, denominator} = check
  const found = `${violated} of ${denominator}: ${description}`
  switch (outcome) {
    case 'passed':
      return undefined
    case 'failed':
      return `<failure${attributes({message: found, type: check.rule})}/>`
    case 'errored':
      return `<error${attributes({message: reason ?? 'it could not be run', type: check.rule})}/>`
    case 'warned':
    case 'waived':
      return `<system-out>${escaped(`${outcome}: ${found}${reason === undefined ? '' : ` (${reason})`}`)}</system-out>`
    default:
      return `<skipped${attributes({message: `${outcome}: ${reason ?? ''}`})}/>`
  }
}

function countsOf(checks: readonly StandingCheck[]): Readonly<Record<string, string>> {
  const count = (of: (check: StandingCheck) => boolean): string => String(checks.filter(of).length)
  return {
    tests: String(checks.length),
    failures: count(({outcome}) => outcome === 'failed'),
    errors: count(({outcome}) => outcome === 'errored'),
    skipped: count((check) => !isJudged(check) && check.outcome !== 'errored'),
    time: '0',
  }
}

const attributes = (given: Readonly<Record<string, string>>): string =>
  Object.entries(given)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join('')

// Characters that XML 1.0 cannot hold at all, not even escaped.
const forbidden = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
}

const escaped = (text: string): string => text.replace(forbidden, '\uFFFD').replace(/[&<>"\n\r\t]/g, (found) => entities[found] ?? found)
