import {describe, expect, it} from 'vitest'
import {sql} from '../../../src/core/rules/sql.ts'

const reveals = (query: string) => (sql.scope === 'dataset' ? sql.reveals?.({query, bounds: []}, 'birth_year') : undefined)

describe('the answer to a query', () => {
  it.each([
    'select count(*) from ${table}',
    ' SELECT COUNT( * ) AS n FROM {object} WHERE birth_year < 1900;',
    'select count(*) from silver."a ""b"" c"\nwhere length(name) > 3',
    'select count(*) from ${schema} where ${column} is null',
  ])('is no value of a row, as a count of rows: %s', (query) => {
    expect(reveals(query)).toBe(false)
  })

  it.each([
    'select count(*) from generate_series(1, (select max(birth_year) from ${table})::int)',
    'select max(x) from ${table} as t(a, x)',
    'select length(t::text) from ${table} t',
    'select max(other) from ${table}',
    'select count(*) + max(other) from ${table}',
    'select count(*) from ${table} t, generate_series(1, t.birth_year)',
    'select count(*) from ${table} -- where\n, generate_series(1, 3)',
    'select count(*) from ${table} where false union select max(birth_year) from ${table} limit 1',
    'select count(*) from ${table} where true group by birth_year',
    'select count(*) from ${table} where birth_year > (select 1)',
  ])('may be a value of a row: %s', (query) => {
    expect(reveals(query)).toBe(true)
  })
})
