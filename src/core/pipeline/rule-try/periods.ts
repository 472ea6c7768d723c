// Into which months (or years, where there are many) rows fall: by the day of their delivery, or by a date of their own.

import {planColumn} from '../../contract/scalar-type.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import type {ScalarType} from '../../expr/expr.ts'
import {and, column, compare, type Expr, literal} from '../../expr/expr.ts'
import type {Contract} from '../../model/contract.ts'
import type {EngineMeasure} from '../measure-checks.ts'
import type {StoredDelivery} from './stored-deliveries.ts'

export interface Period {
  /** 2026-03, or 2026. */
  readonly name: string
  /** True for rows of a delivery that fall into it. */
  readonly when: Expr
}

/** Months that can be read as a list; beyond them years are told. */
const mostMonths = 60

/** CONFIG_USAGE for a column that is no date. */
export function assertDateColumn(contract: Contract, name: string): void {
  const found = contract.columns.find((one) => one.name === name)
  const type: ScalarType | undefined = found && planColumn(found).type
  if (type === 'date' || type === 'timestamp') return
  throw new HippoError('CONFIG_USAGE', {
    message: found ? `column ${name} is neither a date nor a timestamp` : `${contract.dataset} has no column ${name}`,
    hint: 'name a date of the rows with --by COLUMN, or leave it out to go by the day of each delivery',
  })
}

/** Periods between the first and the last date in the column, of all deliveries. */
export async function periodsOf(deliveries: readonly StoredDelivery[], name: string, measure: EngineMeasure): Promise<readonly Period[]> {
  const days: Expr = {kind: 'dateOf', of: column(name)}
  const answers = await measure(
    deliveries.map(({rows}, index) => ({
      id: `days ${index}`,
      input: rows,
      aggregates: [
        {name: 'first', function: 'min', of: days},
        {name: 'last', function: 'max', of: days},
      ],
    })),
  )
  const seen = answers.flatMap((answer) => (typeof answer === 'string' ? [] : [answer.values.first, answer.values.last]))
  const dates = seen.filter((day): day is string => typeof day === 'string').toSorted()
  const [first, last] = [dates.at(0), dates.at(-1)]
  if (first === undefined || last === undefined) return []
  const months = monthsBetween(first, last)
  if (months.length <= mostMonths) return months.map((month) => ({name: month, when: isMonth(name, month)}))
  return [...new Set(months.map((month) => month.slice(0, 4)))].map((year) => ({name: year, when: isPart(name, 'year', year)}))
}

function monthsBetween(first: string, last: string): readonly string[] {
  const numberOf = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1
  return Array.from({length: numberOf(last) - numberOf(first) + 1}, (_, index) => {
    const month = numberOf(first) + index
    return `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`
  })
}

const isPart = (name: string, part: 'year' | 'month', value: string): Expr =>
  compare({kind: 'datePart', part, of: column(name)}, '=', literal(BigInt(value), 'int64'))

const isMonth = (name: string, month: string): Expr =>
  and(isPart(name, 'year', month.slice(0, 4)), isPart(name, 'month', month.slice(5, 7)))
