// What the ratchets of a contract have come down to: the best of the last results of each check that has one. Read from the catalog's
// results; a check whose rule changed begins anew.
import {type HistoryOf, newestCounts} from '../catalog/reader.ts'
import type {Bests} from '../contract/judge-checks.ts'
import {ruleDigest} from '../contract/rule-digest.ts'
import {bestOf} from '../contract/verdict.ts'
import type {Contract} from '../model/contract.ts'
import type {Layer} from '../model/names.ts'
import type {Queryable} from '../postgres/database.ts'

/** Empty for a contract without ratchets, which costs nothing. */
export async function readBests(
  db: Queryable,
  contract: Contract,
  {layer, of}: {readonly layer: Layer; readonly of: HistoryOf['as']},
): Promise<Bests> {
  const bests = new Map<string, NonNullable<ReturnType<typeof bestOf>>>()
  for (const clause of contract.rules) {
    const {ratchet} = clause.threshold
    if (ratchet === undefined) continue
    const history = {layer, dataset: contract.dataset, id: clause.id, ruleDigest: ruleDigest(clause, contract.referenceFiles), as: of}
    const best = bestOf(clause.threshold, await newestCounts(db, history, ratchet.runs))
    if (best !== undefined) bests.set(clause.id, best)
  }
  return bests
}

/** How the catalog names the contract of a result. */
export const promiseOf = ({version, digest}: Contract): {readonly contractVersion: string; readonly contractDigest: string} => ({
  contractVersion: version,
  contractDigest: digest,
})
