import {describe, expect, it} from 'vitest'
import type {Column, Contract} from '../../../src/core/model/contract.ts'
import {visibleColumns} from '../../../src/core/query/mask-received.ts'

const at = {file: 'c.odcs.yaml', line: 1, column: 1}
const column = (name: string, more: Partial<Column> = {}): Column => ({
  name,
  logicalType: 'string',
  formats: [],
  required: false,
  sources: [name],
  steps: [],
  at,
  ...more,
})
const contract = (...columns: readonly Column[]): Contract => ({
  id: 'c',
  dataset: 'person',
  version: '1.0.0',
  status: 'active',
  apiVersion: 'v3.1.0',
  writeMode: 'append',
  maxQuarantinePercent: 20,
  onIncompleteFile: 'gate',
  columns,
  rules: [],
  path: '/c',
  digest: 'd',
  document: {},
})

describe('visibleColumns', () => {
  it('shows what a contract knows and does not protect, under whatever spelling it was received', () => {
    const isVisible = visibleColumns([contract(column('weight', {sources: ['Body Weight']}), column('name', {phiCategory: 'name'}))])

    expect(['Body_Weight', 'BODY-WEIGHT', 'name', 'NAME', 'na_me', 'ssn'].map(isVisible)).toEqual([true, true, false, false, false, false])
  })

  it('hides a column that feeds a protected one beside an open one, directly or in a step', () => {
    const isVisible = visibleColumns([
      contract(
        column('year', {sources: ['born']}),
        column('birth_date', {sources: ['born'], phiCategory: 'date'}),
        column('note', {phiCategory: 'other', steps: [{kind: 'keepWhen', params: {column: 'kind', in: ['a']}, at}]}),
      ),
    ])

    expect(['born', 'note', 'kind'].map(isVisible)).toEqual([false, false, false])
  })

  it('hides what any of several contracts protects, and everything without a contract', () => {
    const open = contract(column('name'))
    const closed = contract(column('name', {classification: 'restricted'}))

    expect(visibleColumns([open])('name')).toBe(true)
    expect(visibleColumns([open, closed])('name')).toBe(false)
    expect(visibleColumns([])('name')).toBe(false)
  })
})
