// Numbers out of what was measured.
import type {Facts} from '../model/facts.ts'
import type {DatasetAnswer} from './define-rule.ts'

/** The number of that name in an answer of one row; 0 where nothing was found. */
export function numberOf([row]: DatasetAnswer, name: string): number {
  return Number(row?.[name] ?? 0)
}

/** The number of that name among facts; 0 when they lack it. */
export function factOf(facts: Facts, name: string): number {
  const fact = facts[name]
  return typeof fact === 'number' ? fact : 0
}

/** The list of that name among facts, if they have it. */
export function listOf(facts: Facts, name: string): readonly number[] | undefined {
  const fact = facts[name]
  return Array.isArray(fact) ? (fact as readonly number[]) : undefined
}

/** The numbers by name under one name among facts, if they have it. */
export function mapOf(facts: Facts, name: string): Readonly<Record<string, number>> | undefined {
  const fact = facts[name]
  return typeof fact === 'object' && !Array.isArray(fact) ? (fact as Readonly<Record<string, number>>) : undefined
}
