// Check digits in PostgreSQL: the digits are numbered from the right, and each place has its text that tells what a digit is worth.
import type {CheckAlgorithm} from '../expr/expr.ts'
import {checkedDigitsForm} from '../expr/parse-forms.ts'
import {toPostgres} from '../expr/portable-regex.ts'
import {verhoeffElement, verhoeffPeriod} from '../expr/verhoeff.ts'
import {quoteLiteral} from '../postgres/sql.ts'

/** `of` is SQL of a text; null gives null, and any text but 2 to 18 digits false. */
export function checkDigitSql(of: string, algorithm: CheckAlgorithm): string {
  const isRight = algorithm === 'luhn' ? luhnSql(of) : verhoeffSql(of)
  return `(case when ${of} is null then null when ${of} ~ ${quoteLiteral(toPostgres(checkedDigitsForm))} then ${isRight} else false end)`
}

function luhnSql(of: string): string {
  return `(select sum(worth) % 10 = 0 from (${worthSql(of, ['0123456789', '0246813579'])}) as digits)`
}

/** Turns add up, backwards after an odd number of flips; nothing may be left of either. */
function verhoeffSql(of: string): string {
  const tables = Array.from({length: verhoeffPeriod}, (_, place) =>
    Array.from({length: 10}, (_, digit) => String(verhoeffElement(digit, place))).join(''),
  )
  const flips = 'sum(worth / 5) over (order by place rows between unbounded preceding and 1 preceding)'
  const elements = `select worth % 5 as turn, worth / 5 as flip, coalesce(${flips}, 0) as before from (${worthSql(of, tables)}) as digits`
  return `(select sum(case when before % 2 = 1 then -turn else turn end) % 5 = 0 and sum(flip) % 2 = 0 from (${elements}) as elements)`
}

/** One row a digit: its place from the right, from 0, and what the place's table says it is worth. */
function worthSql(of: string, tables: readonly string[]): string {
  const digit = `substr(reverse(${of}), place + 1, 1)::int`
  const worth = `substr(${quoteLiteral(tables.join(''))}, place % ${tables.length} * 10 + ${digit} + 1, 1)::int`
  return `select place, ${worth} as worth from generate_series(0, char_length(${of}) - 1) as place`
}
