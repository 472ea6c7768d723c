import {describe, expect, it} from 'vitest'
import {hiddenColumns} from '../../../src/core/pipeline/hidden-columns.ts'
import {labContract} from '../../support/contract-text.ts'

describe('columns that an erasure keeps out of the log', () => {
  it('are those the contract protects and those it has no more, as far as the table has them', () => {
    const contract = labContract(`
- {name: id, logicalType: string, classification: restricted}
- {name: value, logicalType: integer}
- {name: new, logicalType: string, classification: restricted}
`)
    const fields = ['id', 'value', 'dropped', '_batch'].map((name) => ({name, type: 'string', nullable: true}) as const)

    expect(hiddenColumns(contract, fields)).toEqual(new Set(['id', 'dropped']))
  })
})
