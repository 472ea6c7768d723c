// Applies what contracts say about how long rows are kept: those whose date is older go from received bytes, silver with all its
// versions, and the warehouse, and rejected ones from quarantine after their own time. The same erasure as a person's, with the
// same proof; it never looks at who is in the rows.
import {recordAudit} from '../catalog/writer.ts'
import {scalarType} from '../contract/scalar-type.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {column, compare, type Expr, literal} from '../expr/expr.ts'
import type {Contract} from '../model/contract.ts'
import type {ErasureTerms} from './erasure/erasure.ts'
import {type ErasureRequest, runErasure} from './erasure/run-erasure.ts'
import {type ErasureResult, erasureResult, sayFound} from './forget.ts'
import type {RunOptions, Workspace} from './ports.ts'
import {recordRun} from './record-run.ts'
import {selectDatasets, silverContracts} from './select-datasets.ts'

export interface RetainRequest extends Omit<RunOptions, 'idempotencyKey'> {
  /** None means all datasets whose contracts promise a retention. */
  readonly datasets: readonly string[]
  /** Erases what is under a lock that the credentials may pass by. */
  readonly bypassGovernance?: boolean
}

/** A dry run says what is older than promised. CONTRACT_UNSUPPORTED when a named dataset promises no retention. */
export async function retain(workspace: Workspace, {datasets: names, ...options}: RetainRequest): Promise<ErasureResult> {
  const contracts = selectDatasets(silverContracts(await workspace.contracts()), names)
  return recordRun(workspace, 'retain', options, async (run) => {
    const datasets = contracts.flatMap((contract) => outdated(contract, run.startedAt))
    refuseUnpromised(contracts, datasets, names)
    const onErasure: ErasureRequest['onErasure'] = async (tx, phase, found) => {
      const audit = {actor: workspace.actor, action: `retain: ${phase}`, subject: sayFound(found), run: run.id}
      await recordAudit(tx, {...audit, at: workspace.clock.now().toISOString()})
    }
    const asked = datasets
      .map(({contract}) => contract.dataset)
      .toSorted()
      .join(' ')
    if (datasets.length === 0) return {state: 'noop' as const, outputs: [], body: {state: 'notFound' as const, found: []}}
    return erasureResult(await runErasure(workspace, run, {...options, datasets, asked: `retain ${asked}`, onErasure}))
  })
}

const dayMs = 24 * 3600 * 1000

function outdated(contract: Contract, now: Date): readonly ErasureTerms[] {
  const {retention, quarantineRetentionDays} = contract
  if (!retention && quarantineRetentionDays === undefined) return []
  const before = (days: number) => new Date(now.getTime() - days * dayMs).toISOString()
  const dated = contract.columns.filter(({name}) => name === retention?.column)
  const where = retention && dated[0] ? isOlder(contract, retention.column, before(retention.days)) : undefined
  return [
    {
      contract,
      ownTests: where ? [{columns: dated, where}] : [],
      ...(where && retention ? {damagedBefore: before(retention.days)} : {}),
      ...(quarantineRetentionDays === undefined ? {} : {quarantinedBefore: timestamp(before(quarantineRetentionDays))}),
    },
  ]
}

/** False for rows without a date: nothing says that they are old. */
function isOlder({columns}: Contract, name: string, instant: string): Expr {
  const dated = columns.find((one) => one.name === name)
  const type = dated === undefined ? 'date' : scalarType(dated)
  return compare(column(name), '<', literal(type === 'date' ? instant.slice(0, 10) : timestamp(instant), type))
}

/** As plans write instants: no trailing zeros in the fraction. */
const timestamp = (instant: string): string => instant.replace(/\.?0*Z$/, 'Z')

function refuseUnpromised(
  contracts: readonly Contract[],
  datasets: readonly Pick<ErasureTerms, 'contract'>[],
  names: readonly string[],
): void {
  const without = contracts.find((contract) => names.includes(contract.dataset) && !datasets.some((one) => one.contract === contract))
  if (!without) return
  throw new HippoError('CONTRACT_UNSUPPORTED', {
    message: `the contract of ${without.dataset} promises no retention`,
    hint: 'add slaProperties with property: retention, or hippoQuarantineRetentionDays',
  })
}
