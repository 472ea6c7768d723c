// Drift of categories: how many rows have each, and which were never seen. A category is kept as the beginning of its SHA-256.
import {createHash} from 'node:crypto'
import {column, isPresent} from '../expr/expr.ts'
import type {Facts, PastFacts} from '../model/facts.ts'
import type {DatasetAnswer, DatasetQuestion, DatasetSubject, DatasetVerdict} from './define-rule.ts'
import {rowsAsked} from './drift-classes.ts'
import type {DriftParams} from './drift-params.ts'
import {factOf, mapOf} from './measured-number.ts'
import {missingRuns} from './missing-runs.ts'
import {stabilityIndex} from './population-shift.ts'

/** A column with more values is no list of categories. */
const maxCategories = 200

export function askCategories(params: DriftParams, subject: DatasetSubject): DatasetQuestion {
  const {name = '', value = column('')} = subject.field ?? {}
  const {input = subject.rows} = rowsAsked(params, subject)
  const present = {kind: 'filter' as const, input, where: isPresent(value)}
  return {
    kind: 'rows',
    plan: {kind: 'group', input: present, by: [name], aggregates: [{name: '_rows', function: 'count'}]},
    limit: maxCategories + 1,
  }
}

export function categoryFacts(answer: DatasetAnswer): Facts {
  if (answer.length > maxCategories) return {tooMany: maxCategories}
  const counts = answer.map((row): readonly [string, number] => {
    const [category] = Object.entries(row).filter(([name]) => name !== '_rows')
    return [hashOf(String(category?.[1])), Number(row._rows)]
  })
  const inOrder = counts.sort(([a], [b]) => (a < b ? -1 : 1))
  return {rows: counts.reduce((sum, [, rows]) => sum + rows, 0), categories: Object.fromEntries(inOrder)}
}

const hashOf = (category: string): string => createHash('sha256').update(category).digest('hex').slice(0, 16)

export function judgeCategories(params: DriftParams, facts: Facts, past: readonly PastFacts[]): DatasetVerdict {
  const {psi, newCategories, minRows, minRuns, runs} = params
  const categories = mapOf(facts, 'categories')
  if (categories === undefined) return {notApplicable: `more than ${maxCategories} different values are no categories`}
  const rows = factOf(facts, 'rows')
  if (rows < minRows) return {notApplicable: `${rows} rows with a value, of the ${minRows} that it takes`}
  const known = past.map((one) => mapOf(one.facts, 'categories')).filter((counts) => counts !== undefined)
  const comparable = known.filter((counts) => sum(Object.values(counts)) >= minRows).slice(0, runs)
  if (comparable.length < minRuns) return {notApplicable: missingRuns(comparable.length, minRuns)}
  const names = [...new Set([categories, ...comparable].flatMap((counts) => Object.keys(counts)))]
  const before = names.map((name) => sum(comparable.map((counts) => counts[name] ?? 0)))
  const fresh = Object.keys(categories).filter((name) => known.every((counts) => counts[name] === undefined))
  const broken = [
    stabilityIndex(
      before,
      names.map((name) => categories[name] ?? 0),
    ) > psi,
    fresh.length > newCategories,
  ]
  return {violated: broken.filter(Boolean).length, denominator: 2}
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
