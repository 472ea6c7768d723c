import {describe, expect, it} from 'vitest'
import {partitionValue} from '../../../src/core/delta/partition-values.ts'

const decimal = {kind: 'decimal', precision: 12, scale: 3} as const

describe('partitionValue', () => {
  it.each([
    ['a b', 'string', 'a b'],
    ['-7', 'int64', -7n],
    ['9223372036854775807', 'int64', 9223372036854775807n],
    ['1.5E3', 'float64', 1500],
    ['True', 'boolean', true],
    ['false', 'boolean', false],
    ['2024-02-29', 'date', '2024-02-29'],
    ['2024-02-29 10:00:00', 'timestamp', '2024-02-29T10:00:00Z'],
    ['2024-02-29 10:00:00.120000', 'timestamp', '2024-02-29T10:00:00.12Z'],
    ['2024-02-29T10:00:00.000001Z', 'timestamp', '2024-02-29T10:00:00.000001Z'],
    ['-1.5', decimal, '-1.500'],
    ['12', decimal, '12.000'],
  ] as const)('reads %j as %j', (text, type, value) => {
    expect(partitionValue(text, type)).toEqual(value)
  })

  it('takes null, absent and empty for null, whatever the type', () => {
    for (const type of ['string', 'int64', 'boolean', 'date', 'timestamp', decimal] as const) {
      for (const text of [null, undefined, '']) expect(partitionValue(text, type)).toBeNull()
    }
  })

  it.each([
    ['1.0', 'int64'],
    ['9223372036854775808', 'int64'],
    ['x', 'float64'],
    ['yes', 'boolean'],
    ['2023-02-29', 'date'],
    ['2024-02-29 25:00:00', 'timestamp'],
    ['1.2345', decimal],
  ] as const)('does not take %j for %j', (text, type) => {
    expect(partitionValue(text, type)).toBeUndefined()
  })
})
