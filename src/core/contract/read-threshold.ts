// ODCS operators on a count of violations, as the upper bound that hippo judges by.

import type {Threshold} from '../model/contract.ts'
import {countOperators} from '../rules/row-count.ts'
import type {MapReader} from './map-reader.ts'

export type Operator = (typeof countOperators)[number]

/** The one operator of a quality clause; a missing or second one is reported. */
export function readOperator(quality: MapReader, metric: string): Operator | undefined {
  const found = countOperators.filter((operator) => quality.has(operator))
  const [first, second] = found
  if (first === undefined) {
    quality.report({message: `quality ${metric}: an operator is missing`, hint: `add one of ${countOperators.join(', ')}`, key: 'metric'})
  } else if (second !== undefined) {
    quality.report({
      message: `quality ${metric}: ${first} and ${second} are given; ODCS allows one operator`,
      hint: 'write two clauses',
      key: second,
      atKey: true,
    })
  }
  return second === undefined ? first : undefined
}

export type ThresholdReading = {readonly threshold: Threshold} | {readonly notCheckedBecause: string}

/** How many violations the clause tolerates; undefined once reported. */
export function readThreshold(quality: MapReader, metric: string): ThresholdReading | undefined {
  const operator = readOperator(quality, metric)
  if (operator === undefined) return undefined
  const unit = quality.text('unit') ?? 'rows'
  if (unit !== 'rows' && unit !== 'percent') return {notCheckedBecause: `unit ${unit} is not known to hippo; known: rows, percent`}
  const value = quality.raw(operator)
  const isUpperBound = operator === 'mustBeLessThan' || operator === 'mustBeLessOrEqualTo' || (operator === 'mustBe' && value === 0)
  if (!isUpperBound)
    return {notCheckedBecause: `hippo judges ${metric} against an upper bound; ${operator} ${JSON.stringify(value)} is none`}
  if (typeof value !== 'number' || value < 0 || (unit === 'percent' && value > 100)) {
    quality.report({
      message: `quality ${metric}: ${operator} must be a number of ${unit} of at least 0${unit === 'percent' ? ' and at most 100' : ''}`,
      key: operator,
    })
    return undefined
  }
  if (operator !== 'mustBeLessThan') return {threshold: {max: value, unit}}
  if (value === 0) {
    quality.report({message: `quality ${metric}: fewer than 0 violations is impossible`, hint: 'write mustBe: 0', key: operator})
    return undefined
  }
  return {threshold: {max: value, unit, exclusive: true}}
}
