import {describe, expect, it} from 'vitest'
import {ruleDigest} from '../../../src/core/contract/rule-digest.ts'
import type {ReferenceFile} from '../../../src/core/model/contract.ts'
import {labContract} from '../../support/contract-text.ts'

const digestOf = (clause: string, files?: ReadonlyMap<string, ReferenceFile>): string => {
  const [rule] = labContract(`- {name: a, logicalType: string, quality: [${clause}]}`).rules
  return rule === undefined ? '' : ruleDigest(rule, files)
}
const length = (params: string, more = ''): string => `{type: custom, engine: hippo, implementation: {rule: length, ${params}}${more}}`
const file = (sha256: string): ReadonlyMap<string, ReferenceFile> =>
  new Map([['codes.csv', {path: 'codes.csv', sha256, title: 'codes', columns: ['code'], rows: [['A']]}]])

describe('ruleDigest', () => {
  it('is the same however the parameters are written, and whatever judges the count', () => {
    const digest = digestOf(length('min: 1, max: 3'))

    expect(digest).toMatch(/^[0-9a-f]{16}$/)
    expect(digestOf(length('max: 3, min: 1'))).toBe(digest)
    expect(digestOf(length('min: 1, max: 3', ', id: other, severity: warning, mustBeLessThan: 9'))).toBe(digest)
  })

  it('is another one when the rule asks something else', () => {
    const digests = [
      digestOf(length('max: 3')),
      digestOf(length('max: 4')),
      digestOf(length('max: 3, when: {column: a, present: true}')),
      digestOf('{metric: nullValues, mustBe: 0}'),
      digestOf('{type: custom, engine: hippo, implementation: {rule: valueSet, file: codes.csv}}', file('1'.repeat(64))),
      digestOf('{type: custom, engine: hippo, implementation: {rule: valueSet, file: codes.csv}}', file('2'.repeat(64))),
    ]

    expect(new Set(digests).size).toBe(digests.length)
  })
})
