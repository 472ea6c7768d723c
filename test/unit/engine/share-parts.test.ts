import {describe, expect, it} from 'vitest'
import {binary, col, type Dsl, int64, rowCount, sum} from '../../../src/core/engine/polars/dsl.ts'
import {shareParts} from '../../../src/core/engine/polars/share.ts'

function names(): () => string {
  let next = 0
  return () => `t${next++}`
}

describe('shareParts', () => {
  it('leaves expressions alone that have nothing in common', () => {
    const tree = binary(col('a'), 'Plus', int64(1))

    expect(shareParts([tree], names())).toEqual({steps: [], trees: [tree]})
  })

  it('computes a part that two expressions use once, before them', () => {
    const part = binary(col('a'), 'Plus', int64(1))

    const {steps, trees} = shareParts([binary(part, 'Multiply', int64(2)), binary(part, 'Multiply', int64(3))], names())

    expect(steps).toEqual([[{name: 't0', of: part}]])
    expect(trees).toEqual([binary(col('t0'), 'Multiply', int64(2)), binary(col('t0'), 'Multiply', int64(3))])
  })

  it('puts parts of parts into earlier steps', () => {
    const inner = binary(col('a'), 'Plus', int64(1))
    const outer = binary(inner, 'Multiply', inner)

    const {steps, trees} = shareParts([binary(outer, 'Plus', outer)], names())

    expect(steps).toEqual([[{name: 't0', of: inner}], [{name: 't1', of: binary(col('t0'), 'Multiply', col('t0'))}]])
    expect(trees).toEqual([binary(col('t1'), 'Plus', col('t1'))])
  })

  it('stays small where the written tree would double at every level', () => {
    let tree: Dsl = col('a')
    for (let level = 0; level < 60; level++) tree = binary(tree, 'Plus', tree)

    const {steps} = shareParts([tree], names())

    expect(steps).toHaveLength(59)
    expect(JSON.stringify(steps).length).toBeLessThan(10_000)
  })

  it('shares no columns, literals or aggregates, which cost nothing or see all rows', () => {
    const one = int64(1)
    const total = sum(col('a'))
    const column = col('a')

    const {steps} = shareParts(
      [binary(one, 'Plus', one), binary(total, 'Plus', total), binary(column, 'Plus', column), rowCount, rowCount],
      names(),
    )

    expect(steps).toEqual([])
  })
})
