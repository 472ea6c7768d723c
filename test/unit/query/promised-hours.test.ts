import {describe, expect, it} from 'vitest'
import {promisedHours} from '../../../src/core/query/promised-hours.ts'

describe('promisedHours', () => {
  it.each([
    [[{property: 'latency', value: 8, unit: 'days'}], 192],
    [
      [
        {property: 'latency', value: 8, unit: 'd'},
        {property: 'freshness', value: 90, unit: 'Minutes'},
      ],
      1.5,
    ],
    [[{property: 'freshness', value: '2', unit: 'h'}], 2],
    [[{property: 'freshness', value: 0, unit: 'h'}], undefined],
    [[{property: 'freshness', value: 1, unit: 'moons'}], undefined],
    [[{property: 'retention', value: 1, unit: 'd'}], undefined],
    [[null, 'x', {}], undefined],
    ['latency', undefined],
    [null, undefined],
  ])('reads %j as %s hours', (sla, hours) => {
    expect(promisedHours(sla)).toBe(hours)
  })
})
