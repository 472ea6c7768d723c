import {describe, expect, it} from 'vitest'
import {keyText, ownKey} from '../../../src/core/pipeline/row-key.ts'
import {evaluate} from '../../support/reference-engine.ts'

const columns = [
  {name: 'ward', type: 'string'},
  {name: 'bed', type: 'string'},
  {name: 'number', type: 'int64'},
  {name: 'weight', type: 'float64'},
] as const
const types = Object.fromEntries(columns.map(({name, type}) => [name, type]))
const textOf = (key: readonly string[], row: Readonly<Record<string, string | bigint | null>>) => {
  const expr = ownKey(key, columns)
  if (!expr) throw new Error('no key')
  return evaluate(expr, row, {columns: types})
}

describe('the key of a row as text', () => {
  it('never is the same for two keys, however their parts are cut', () => {
    const keys = [
      {ward: 'a', bed: 'bc'},
      {ward: 'ab', bed: 'c'},
      {ward: 'abed=1:c', bed: ''},
      {ward: 'a', bed: 'bed=2:bc'},
    ]

    const texts = keys.map((row) => textOf(['ward', 'bed'], row))

    expect(new Set(texts).size).toBe(keys.length)
    expect(textOf(['ward'], {ward: '1'})).not.toBe(textOf(['number'], {number: 1n}))
  })

  it('is nothing where a part is missing or cannot be written exactly', () => {
    expect(textOf(['ward', 'bed'], {ward: 'a', bed: null})).toBeNull()
    expect(ownKey(['weight'], columns)).toBeUndefined()
    expect(ownKey([], columns)).toBeUndefined()
    expect(keyText({id: 'nowhere'}, columns)).toBeUndefined()
  })

  it('is called as the other dataset calls it', () => {
    const [own, theirs] = [keyText({id: 'ward'}, columns), keyText({id: 'id'}, [{name: 'id', type: 'string'}])]
    if (!own || !theirs) throw new Error('no key')

    expect(evaluate(own, {ward: 'p1'}, {columns: types})).toBe(evaluate(theirs, {id: 'p1'}, {columns: {id: 'string'}}))
  })
})
