// What a rule asks, as a short digest: kind, column, parameters with their condition, hard tier, and the bytes of the files it reads.
// Threshold, severity and what happens on failure are left out: they judge a count, they do not change it. The rows of other
// datasets are left out too; the results name their versions.
import {createHash} from 'node:crypto'
import type {Contract, RuleClause} from '../model/contract.ts'
import {ruleKinds} from '../rules/index.ts'
import {referencedFile} from '../rules/reference-name.ts'
import {splitGuard} from './guard.ts'

const digits = 16

/** The first 16 hexadecimal digits of a SHA-256; the order in which parameters are written does not matter. */
export function ruleDigest(clause: RuleClause, files: NonNullable<Contract['referenceFiles']> = new Map()): string {
  const {kind, column = null, params, hard = null} = clause
  const asked = [kind, column, sorted(params), sorted(hard), digestsOf(clause, files)]
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, digits)
}

function digestsOf(clause: RuleClause, files: NonNullable<Contract['referenceFiles']>): readonly string[] {
  const kind = ruleKinds.get(clause.kind)
  if (kind?.relations === undefined || clause.notCheckedBecause !== undefined) return []
  const uses = kind.relations(kind.parse(splitGuard(clause.params, clause.at).params, clause.at))
  return uses.flatMap(({dataset}) => {
    const file = files.get(referencedFile(dataset) ?? '')
    return typeof file === 'object' ? [file.sha256] : []
  })
}

/** The same value with the keys of its maps in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  )
}
