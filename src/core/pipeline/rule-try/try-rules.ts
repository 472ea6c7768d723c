// `hippo rule try`: what a draft would have caught in everything that was delivered so far, before anyone is paged: rows by month,
// beside what the rules in force catch already, and how often it would have cried on rows that were accepted. Writes nothing.
import type {CompiledCheck} from '../../contract/compile-contract.ts'
import {isEnforced} from '../../contract/diff/diff-clauses.ts'
import type {AggregatePlan} from '../../expr/plan.ts'
import type {Contract} from '../../model/contract.ts'
import type {CheckId} from '../../model/names.ts'
import {type EngineMeasure, measureChecks, onEngine} from '../measure-checks.ts'
import {openRelations} from '../pins.ts'
import type {RunOptions, Workspace} from '../ports.ts'
import {selectDatasets, silverContracts} from '../select-datasets.ts'
import {type ChosenRules, chooseRules, type DraftSource} from './choose-rules.ts'
import {addDelivery, addRows, emptyTotals, hitsPlan, type Totals} from './count-hits.ts'
import {type ExampleRow, exampleRows} from './example-rows.ts'
import {assertDateColumn, type Period, periodsOf} from './periods.ts'
import {type StoredDelivery, storedDeliveries} from './stored-deliveries.ts'

export interface TryRuleRequest extends DraftSource, Pick<RunOptions, 'signal' | 'onEvent'> {
  readonly dataset: string
  /** A date of the rows that tells their month; when absent the day in the names of a delivery's files, else that of its capture. */
  readonly by?: string
  /** Only so many deliveries, the newest. */
  readonly last?: number
  /** Rows to show of each rule. */
  readonly examples: number
}

export interface TriedRule {
  readonly check: CheckId
  readonly description: string
  /** deliveries: the rule is about a delivery as a whole. */
  readonly unit: 'rows' | 'deliveries'
  /** Rows (deliveries) that the rule is about. */
  readonly judged: number
  readonly hits: number
  readonly percent: number
  /** Of rows that the rule is about and those in force accept: if they are right, this is the rate of false alarms. */
  readonly onAccepted?: {readonly rows: number; readonly hits: number; readonly percent: number}
  readonly periods: readonly {readonly period: string; readonly hits: number}[]
  /** Hits that a rule in force catches, too, the most first. */
  readonly overlap: readonly {readonly check: CheckId; readonly hits: number}[]
  readonly examples: readonly ExampleRow[]
  /** Why it could not be measured. */
  readonly error?: string
}

export interface RuleTrial {
  readonly dataset: string
  readonly deliveries: number
  readonly refusedFiles: number
  /** Sound rows in them. */
  readonly rows: number
  /** What the periods go by. */
  readonly by: string
  readonly items: readonly TriedRule[]
  readonly notTried: readonly {readonly check: CheckId; readonly reason: string}[]
}

const byDelivery = 'day of delivery'

/** CONFIG_DATASET_UNKNOWN, CONFIG_USAGE or CONTRACT_* when there is nothing to try, or nothing to try it on. */
export async function tryRules(workspace: Workspace, request: TryRuleRequest): Promise<RuleTrial> {
  const contracts = silverContracts(await workspace.contracts())
  const [present] = selectDatasets(contracts, [request.dataset.replace(/^silver\./, '')])
  if (present === undefined) throw new TypeError('a selected dataset has a contract')
  const chosen = await chooseRules(workspace, present, request)
  const {by, last, signal = new AbortController().signal} = request
  if (by !== undefined) assertDateColumn(chosen.contract, by)
  const relations = await openRelations({store: await workspace.store()}, contracts, chosen.contract, () => 'newest')
  const options = {contract: chosen.contract, relation: relations.relation, signal, ...(last === undefined ? {} : {last})}
  const {deliveries, refusedFiles} = await storedDeliveries(workspace, options)
  const measure = onEngine(await workspace.engine(), signal)
  const periods = by === undefined ? [] : await periodsOf(deliveries, by, measure)
  const counted = await countAll(deliveries, {chosen, periods, measure})
  const items: TriedRule[] = []
  for (const item of counted.items) {
    const rows = item.unit === 'rows' ? await exampleRows(workspace, deliveries, {...request, check: item.check, signal}) : []
    items.push({...item, examples: rows})
  }
  return {
    dataset: present.dataset,
    deliveries: deliveries.length,
    refusedFiles,
    rows: counted.rows,
    by: by ?? byDelivery,
    items,
    notTried: notTried(deliveries, chosen),
  }
}

interface Counting {
  readonly chosen: ChosenRules
  readonly periods: readonly Period[]
  readonly measure: EngineMeasure
}

type Counted = Omit<TriedRule, 'examples'>

async function countAll(
  deliveries: readonly StoredDelivery[],
  {chosen, periods, measure}: Counting,
): Promise<{readonly rows: number; readonly items: readonly Counted[]}> {
  const totals = new Map<CheckId, Totals>()
  let rows = 0
  for (const {batch, day, compiled, rows: input} of deliveries) {
    const tried = compiled.checks.filter(({clause}) => chosen.tried.has(clause.id))
    const standing = compiled.checks.filter((check) => isStanding(check, chosen))
    const ofRows = tried.filter((check) => check.scope === 'row')
    const checks = tried.filter((check) => check.scope === 'dataset')
    const answers = await measure([countRows(input), ...ofRows.map((check) => hitsPlan(check, {standing, periods, input}))])
    const [whole] = answers
    const read = whole === undefined || typeof whole === 'string' ? 0 : Number(whole.values.rows ?? 0)
    rows += read
    const month = day.slice(0, 7)
    const totalOf = (check: CompiledCheck): Totals => {
      const total = totals.get(check.clause.id) ?? emptyTotals(check)
      totals.set(check.clause.id, total)
      return total
    }
    for (const [index, check] of ofRows.entries()) addRows(totalOf(check), answers[index + 1], {month, periods})
    const delivery = {read, accepted: input, at: batch.createdAt}
    const measured = checks.length === 0 ? undefined : await measureChecks({...compiled, checks}, input, measure, {delivery})
    for (const check of checks) addDelivery(totalOf(check), measured, month)
  }
  return {rows, items: [...totals.values()].map(finish)}
}

const isStanding = (check: CompiledCheck, {tried}: ChosenRules): boolean =>
  check.scope === 'row' && !tried.has(check.clause.id) && isEnforced(check.clause)

const countRows = (input: StoredDelivery['rows']): AggregatePlan => ({id: 'rows', input, aggregates: [{name: 'rows', function: 'count'}]})

function finish({check, judged, hits, accepted, hitsOnAccepted, periods, overlap, error}: Totals): Counted {
  const isOfRows = check.scope === 'row'
  return {
    check: check.clause.id,
    description: check.description,
    unit: isOfRows ? 'rows' : 'deliveries',
    judged,
    hits,
    percent: share(hits, judged),
    ...(isOfRows ? {onAccepted: {rows: accepted, hits: hitsOnAccepted, percent: share(hitsOnAccepted, accepted)}} : {}),
    periods: [...periods].map(([period, count]) => ({period, hits: count})).toSorted((a, b) => (a.period < b.period ? -1 : 1)),
    overlap: [...overlap]
      .filter(([, count]) => count > 0)
      .map(([id, count]) => ({check: id, hits: count}))
      .toSorted((a, b) => b.hits - a.hits),
    ...(error === undefined ? {} : {error}),
  }
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole)

/** Rules of the draft that could be compiled for no delivery. */
function notTried(deliveries: readonly StoredDelivery[], {contract, tried}: ChosenRules): RuleTrial['notTried'] {
  const reasons = new Map(deliveries.flatMap(({compiled}) => compiled.notChecked.map(({clause, reason}) => [clause.id, reason] as const)))
  return ofDraft(contract, tried).flatMap((check) => {
    const reason = reasons.get(check)
    return reason === undefined ? [] : [{check, reason}]
  })
}

const ofDraft = ({rules}: Contract, tried: ReadonlySet<CheckId>): readonly CheckId[] =>
  rules.map(({id}) => id).filter((id) => tried.has(id))
