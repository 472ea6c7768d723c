import {describe, expect, it} from 'vitest'
import {ident, join, json, quoted, raw, sql} from '../../../src/core/postgres/sql.ts'

describe('sql', () => {
  it('makes a parameter of every value and null of undefined', () => {
    const {text, values} = sql`select ${1}, ${'a'}, ${undefined}, ${[2]}`

    expect(text).toBe('select $1, $2, $3, $4')
    expect(values).toEqual([1, 'a', null, [2]])
  })

  it('splices fragments and renumbers their parameters', () => {
    const condition = join([sql`a = ${1}`, sql`b in (${2}, ${3})`, raw('c')], ' and ')

    const {text, values} = sql`select ${0} from ${ident('s', 't"x')} where ${condition} limit ${4}`

    expect(text).toBe('select $1 from "s"."t""x" where a = $2 and b in ($3, $4) and c limit $5')
    expect(values).toEqual([0, 1, 2, 3, 4])
  })

  it('takes an object that only looks like a statement as a value', () => {
    const impostor = {text: 'drop table x', values: []}

    expect(sql`select ${impostor}`).toMatchObject({text: 'select $1', values: [impostor]})
  })

  it('joins nothing to nothing', () => {
    expect(join([])).toMatchObject({text: '', values: []})
  })
})

describe('json', () => {
  it('keeps large integers exact and null as null', () => {
    expect(json([1n, 2n ** 60n]).values).toEqual(['[1,"1152921504606846976"]'])
    expect(json(undefined).values).toEqual([null])
  })
})

describe('quoted', () => {
  it('doubles quotes and escapes backslashes', () => {
    expect(quoted("O'Neil").text).toBe("'O''Neil'")
    expect(quoted('a\\').text).toBe("E'a\\\\'")
  })
})
