import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {columnGap, placeColumns} from '../../../src/ui/columns.ts'

const specs = [{title: 'name', flexible: true}, {title: 'n'}, {title: 'trend', drop: 1}, {title: 'last', drop: 2}]

const shown = (available: number) => placeColumns(available, specs, [20, 5, 14, 10]).map(({index, width}) => [index, width])

describe('placeColumns', () => {
  it('gives every column what it wants when there is room', () => {
    expect(shown(100)).toEqual([
      [0, 20],
      [1, 5],
      [2, 14],
      [3, 10],
    ])
  })

  it('cuts flexible columns before it leaves any out', () => {
    expect(shown(46)).toEqual([
      [0, 11],
      [1, 5],
      [2, 14],
      [3, 10],
    ])
  })

  it('leaves columns out in the order of their drop', () => {
    expect(shown(40).map(([index]) => index)).toEqual([0, 1, 3])
    expect(shown(20).map(([index]) => index)).toEqual([0, 1])
  })

  it('never takes more than there is', () => {
    fc.assert(
      fc.property(
        fc.integer({min: 0, max: 120}),
        fc.array(fc.integer({min: 0, max: 60}), {minLength: 4, maxLength: 4}),
        (available, natural) => {
          const placed = placeColumns(available, specs, natural)
          const total = placed.reduce((sum, {width}) => sum + width, 0) + columnGap * Math.max(0, placed.length - 1)
          expect(total).toBeLessThanOrEqual(available)
        },
      ),
    )
  })
})
