// Statements about results judged again; the results themselves are never written over.
import type {Contract} from '../model/contract.ts'
import type {DatasetName, RunId} from '../model/names.ts'
import type {RejudgedResult} from '../model/run.ts'
import type {Queryable} from '../postgres/database.ts'
import {json, sql} from '../postgres/sql.ts'

export type RejudgedCheck = Pick<RejudgedResult, 'layer' | 'id' | 'run' | 'version' | 'after'>

export interface Rejudgement {
  /** The run that judged again. */
  readonly run: RunId
  readonly at: string
  readonly dataset: DatasetName
  readonly contract: Pick<Contract, 'version' | 'digest'>
}

/** Records what stored results are by another contract; a repeat changes nothing. */
export async function recordRejudged(
  db: Queryable,
  {run, at, dataset, contract}: Rejudgement,
  checks: readonly RejudgedCheck[],
): Promise<void> {
  if (checks.length === 0) return
  await db.query(
    sql`insert into hippo.rejudged_checks (run, of_run, layer, dataset, version, id, severity, outcome, threshold, violated, denominator,
        description, contract_version, contract_digest, at)
      select ${run}::uuid, (entry ->> 'run')::uuid, entry ->> 'layer', ${dataset}, (entry ->> 'version')::bigint, entry ->> 'id',
        entry #>> '{after,severity}', entry #>> '{after,outcome}', entry #> '{after,threshold}',
        (entry #>> '{after,violated}')::bigint, (entry #>> '{after,denominator}')::bigint, entry #>> '{after,description}', ${contract.version}, ${contract.digest},
        ${at}::timestamptz
      from jsonb_array_elements(${json(checks)}) as entries(entry)
      on conflict do nothing`,
  )
}
