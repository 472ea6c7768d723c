// Why rows wait in quarantine. Snapshots count every broken check, those that only warn included; the contract each was judged
// under tells the ones that quarantine from the others.
import {HippoError} from '../errors/hippo-error.ts'
import {layout} from '../lake/layout.ts'
import type {Contract, RuleClause} from '../model/contract.ts'
import {layerOf} from '../model/contract.ts'
import type {DatasetName} from '../model/names.ts'
import type {Database} from '../postgres/database.ts'
import {json, sql} from '../postgres/sql.ts'
import {structuralReason} from '../source/reason-words.ts'
import type {QuarantineReason, ReadableWorkspace} from './reader.ts'

interface CountRow {
  readonly dataset: DatasetName
  readonly digest: string
  readonly reason: string
  /** Negative of what was settled. */
  readonly rows: number
  readonly isSettled: boolean
}

export async function readQuarantineReasons(
  workspace: ReadableWorkspace,
  {dataset}: {readonly dataset?: DatasetName},
): Promise<readonly QuarantineReason[]> {
  const db = await workspace.database()
  const {rows} = await db.query<CountRow>(sql`
    select dataset, contract_digest as digest, reason, "isSettled", sum(n)::bigint as rows
    from (
      select dataset, contract_digest, reason, n::bigint, false as "isSettled" from hippo.standing_snapshots, jsonb_each_text(reasons) as each(reason, n)
      where layer = 'silver' and (counts ->> 'quarantined')::bigint > 0
      union all
      select dataset, contract_digest, reason, - n::bigint, true
      from hippo.standing_snapshots, jsonb_each_text(settled -> 'reasons') as each(reason, n) where layer = 'silver') counted
    where ${dataset ?? null}::text is null or dataset = ${dataset ?? null}
    group by dataset, contract_digest, reason, "isSettled"`)
  if (rows.length === 0) return []
  const rulesOf = await rulesByDigest(workspace, rows)
  const descriptions = await readDescriptions(db, rows)
  const totals = new Map<string, QuarantineReason>()
  for (const row of rows) {
    // Only rows that were rejected are ever settled.
    if (!row.isSettled && onlyWarns(rulesOf.get(row.digest), row.reason)) continue
    const key = `${row.dataset} ${row.reason}`
    const description = structuralReason(row.reason) ?? descriptions.get(key)
    totals.set(key, {
      dataset: row.dataset,
      reason: row.reason,
      rows: row.rows + (totals.get(key)?.rows ?? 0),
      ...(description === undefined ? {} : {description}),
    })
  }
  return [...totals.values()]
    .filter(({rows: open}) => open > 0)
    .toSorted((a, b) => b.rows - a.rows || (`${a.dataset} ${a.reason}` < `${b.dataset} ${b.reason}` ? -1 : 1))
}

/** Unknown reasons are structural or of a contract that is gone: they count. */
function onlyWarns(rules: readonly RuleClause[] | undefined, reason: string): boolean {
  return rules?.find(({id}) => id === reason)?.onFailure === 'warn'
}

/** The rules of every contract version that judged: today's from the workspace, older ones from the lake. */
async function rulesByDigest(workspace: ReadableWorkspace, rows: readonly CountRow[]): Promise<ReadonlyMap<string, readonly RuleClause[]>> {
  const today = (await workspace.contracts().catch(() => [])).filter((contract) => layerOf(contract) === 'silver')
  const rules = new Map(today.map((contract) => [contract.digest, contract.rules]))
  for (const digest of new Set(rows.map((row) => row.digest))) {
    if (rules.has(digest)) continue
    const contract = await keptContract(workspace, digest)
    if (contract) rules.set(digest, contract.rules)
  }
  return rules
}

/** A contract as it was when something was judged by it; undefined when the lake does not have it, or can no longer read it. */
export async function keptContract(workspace: ReadableWorkspace, digest: string): Promise<Contract | undefined> {
  const [store, {readContract}] = await Promise.all([workspace.store(), import('../contract/read-contract.ts')])
  const key = layout.contract(digest)
  try {
    return readContract(key, Buffer.from(await store.get(key)).toString('utf8'))
  } catch (error) {
    if (error instanceof HippoError) return undefined
    throw error
  }
}

/** What the rules said when they were last judged, by dataset and check. */
async function readDescriptions(db: Database, reasons: readonly CountRow[]): Promise<ReadonlyMap<string, string>> {
  const {rows} = await db.query<{dataset: string; id: string; description: string}>(sql`
    select wanted.dataset, wanted.id, newest.description
    from (
      select distinct entry ->> 'dataset' as dataset, entry ->> 'reason' as id from jsonb_array_elements(${json(reasons)}) as entries(entry)) wanted,
      lateral (
        select description from hippo.check_results c
        where c.dataset = wanted.dataset and c.id = wanted.id and c.layer = 'silver' order by at desc limit 1) newest`)
  return new Map(rows.map(({dataset, id, description}) => [`${dataset} ${id}`, description]))
}
