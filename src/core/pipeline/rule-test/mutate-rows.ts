// `hippo rule test --mutate`: rows of the newest delivery that every rule accepts are damaged on purpose, one column and one way at a
// time, and judged again. What no rule notices is what will reach readers. Nothing is written, and no value is told.

import type {CompiledContract} from '../../contract/compile-contract.ts'
import {isMap} from '../../contract/map-reader.ts'
import {bindSources} from '../../contract/source-columns.ts'
import type {Engine} from '../../engine/engine.ts'
import {and, bool, column, type Expr, isNull, not, or} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import {childrenOf, columnsOf, isSetExpression} from '../../expr/walk.ts'
import type {Column} from '../../model/contract.ts'
import type {CheckId} from '../../model/names.ts'
import {recordColumns} from '../../source/source.ts'
import type {StoredDelivery} from '../rule-try/stored-deliveries.ts'
import {type Damage, damages} from './damages.ts'
import {type JudgedText, judgeTexts, type TextRow} from './judge-texts.ts'

/** noticed: a check is true that was not. healed: the typed value is what it was. unnoticed: a wrong value is accepted. */
export type DamageOutcome = 'noticed' | 'partly' | 'healed' | 'unnoticed'

export interface DamageResult {
  readonly damage: string
  readonly says: string
  readonly column: string
  readonly outcome: DamageOutcome
  /** Rows that were damaged, and of these the ones whose damage a check noticed or a step healed. */
  readonly rows: number
  readonly noticed: number
  readonly healed: number
  readonly checks: readonly CheckId[]
}

/** Rows that are judged together, and how many of them are damaged at once. */
const sampleRows = 200
const damagedRows = 10

export interface Mutation {
  readonly sampled: number
  readonly results: readonly DamageResult[]
}

interface Case {
  readonly damage: Damage
  readonly target: Target
  /** Row -> its damaged text. */
  readonly places: ReadonlyMap<number, string | null>
}

/** Every damage that is possible on every column that a file feeds. */
export async function mutateRows(engine: Engine, delivery: StoredDelivery, signal: AbortSignal): Promise<Mutation> {
  const {compiled} = delivery
  const rows = await cleanRows(engine, delivery, signal)
  const cases = targetsOf(compiled).flatMap((target) =>
    damages.flatMap((damage): readonly Case[] => {
      if (!damage.types.includes(target.column.logicalType) || (damage.ofKeys && target.column.primaryKeyPosition === undefined)) return []
      const places = placesFor(damage, target, rows)
      return places.size === 0 ? [] : [{damage, target, places}]
    }),
  )
  const before = await judgeTexts(engine, compiled, {rows, signal})
  const after = await judgeCases(engine, compiled, {cases, rows, signal})
  return {sampled: rows.length, results: cases.map((one, index) => resultOf(one, {before, after: after[index] ?? new Map()}))}
}

interface Judging {
  readonly cases: readonly Case[]
  readonly rows: readonly TextRow[]
  readonly signal: AbortSignal
}

const damagedRow = ({target: {alias}, places}: Case, rows: readonly TextRow[], index: number): TextRow => ({
  ...rows[index],
  [alias]: places.get(index) ?? null,
})

/**
 * What the damaged rows of each case break, by row. Rules that look at one row are asked of all cases at once; those that compare rows
 * see each case among the other rows, and only where the damaged column matters to them.
 */
async function judgeCases(
  engine: Engine,
  compiled: CompiledContract,
  {cases, rows, signal}: Judging,
): Promise<readonly ReadonlyMap<number, JudgedText>[]> {
  const comparing = new Map(compiled.judgements.filter(({when}) => comparesRows(when)).map(({id, when}) => [id, columnsOf(when)]))
  const alone = new Set(compiled.judgements.filter(({id}) => !comparing.has(id)).map(({id}) => id))
  const damaged = cases.flatMap((one) => [...one.places.keys()].map((index) => damagedRow(one, rows, index)))
  const judged = (await judgeTexts(engine, compiled, {rows: damaged, checks: alone, signal})).values()
  const found: ReadonlyMap<number, JudgedText>[] = []
  for (const one of cases) {
    const own = new Map([...one.places.keys()].map((index) => [index, judged.next().value ?? nothing]))
    const checks = new Set(
      [...comparing].filter(([, columns]) => one.target.feeds.some((name) => columns.includes(name))).map(([id]) => id),
    )
    found.push(checks.size === 0 ? own : await withCompared(engine, compiled, {one, own, checks, rows, signal}))
  }
  return found
}

const nothing: JudgedText = {breaks: new Set(), typed: {}}

interface Comparing {
  readonly one: Case
  readonly own: ReadonlyMap<number, JudgedText>
  readonly checks: ReadonlySet<CheckId>
  readonly rows: readonly TextRow[]
  readonly signal: AbortSignal
}

async function withCompared(
  engine: Engine,
  compiled: CompiledContract,
  {one, own, checks, rows, signal}: Comparing,
): Promise<ReadonlyMap<number, JudgedText>> {
  const all = rows.map((row, index) => (one.places.has(index) ? damagedRow(one, rows, index) : row))
  const compared = await judgeTexts(engine, compiled, {rows: all, checks, signal})
  return new Map(
    [...own].map(([index, {breaks, typed}]) => [index, {typed, breaks: new Set([...breaks, ...(compared[index]?.breaks ?? [])])}]),
  )
}

/** What looks into another relation asks of one row alone, as far as the rows here go. */
const relationKinds: ReadonlySet<Expr['kind']> = new Set(['existsIn', 'lookup', 'isSameIn'])

const comparesRows = (expr: Expr): boolean =>
  (isSetExpression(expr) && !relationKinds.has(expr.kind)) || childrenOf(expr).some(comparesRows)

interface Target {
  readonly column: Column
  readonly alias: string
  /** Columns that its text reaches. */
  readonly feeds: readonly string[]
  /** How its dates are written. */
  readonly formats: readonly string[]
  /** Alias of another column of the same type. */
  readonly beside: string | undefined
}

/** Of the column, and of its steps that read dates. */
function dateFormats({formats, steps}: Column): readonly string[] {
  const ofSteps = steps.flatMap(({kind, params}) => (kind === 'parseDate' && isMap(params) ? [params.formats].flat() : []))
  return [...formats, ...ofSteps.filter((format) => typeof format === 'string')]
}

function targetsOf({contract, sources}: CompiledContract): readonly Target[] {
  const fed = contract.columns.flatMap((one) => {
    const source = sources.find(({feeds}) => feeds[0] === one.name)
    return source === undefined ? [] : [{column: one, alias: source.alias, feeds: source.feeds}]
  })
  return fed.map((target) => ({
    ...target,
    formats: dateFormats(target.column),
    beside: fed.find((other) => other !== target && other.column.logicalType === target.column.logicalType)?.alias,
  }))
}

/** Text of the rows of the delivery that break nothing, as they stand in its files. */
async function cleanRows(engine: Engine, {compiled, ready}: StoredDelivery, signal: AbortSignal): Promise<readonly TextRow[]> {
  const {contract, rawColumns, layers, judgements} = compiled
  const scan: Plan = {
    kind: 'scan',
    columns: [...rawColumns, {name: recordColumns.malformed, type: 'string'}],
    files: ready.map(({prepared: {path, format, header}}) => ({
      path,
      format,
      binding: {
        ...bindSources(contract, header).binding,
        ...(format.header.includes(recordColumns.malformed) ? {[recordColumns.malformed]: recordColumns.malformed} : {}),
      },
      constants: {},
    })),
  }
  const isBad = or(...judgements.map(({when}): Expr => ({kind: 'coalesce', of: [when, bool(false)]})))
  const sound: Plan = {kind: 'filter', input: scan, where: isNull(column(recordColumns.malformed))}
  const typed = layers.reduce<Plan>((input, columns) => ({kind: 'derive', input, columns}), sound)
  const marked: Plan = {kind: 'derive', input: typed, columns: [{name: 'is bad', expr: isBad}]}
  const plan: Plan = {
    kind: 'select',
    input: {kind: 'filter', input: marked, where: and(not(column('is bad')))},
    columns: rawColumns.map(({name}) => ({name, expr: column(name)})),
  }
  const found = await engine.rows(plan, sampleRows, {signal})
  return found.map((row) =>
    Object.fromEntries(rawColumns.map(({name}) => [name, row[name] === null || row[name] === undefined ? null : String(row[name])])),
  )
}

/** Row -> its damaged text; rows far apart, so that rules about groups of rows see one fault at a time. */
function placesFor({damage}: Damage, {alias, beside, formats}: Target, rows: readonly TextRow[]): ReadonlyMap<number, string | null> {
  const possible: (readonly [number, string | null])[] = []
  let last = -1
  for (const [index, row] of rows.entries()) {
    const text = row[alias] ?? null
    // A damaged row may look like the one above only while that one is whole.
    if (text === null || index - last < 2) continue
    const above = rows[index - 1]?.[alias] ?? null
    const damaged = damage({text, above, beside: beside === undefined ? null : (row[beside] ?? null), formats})
    if (damaged === undefined || damaged === text) continue
    possible.push([index, damaged])
    last = index
  }
  const step = Math.max(1, Math.floor(possible.length / damagedRows))
  return new Map(possible.filter((_, index) => index % step === 0).slice(0, damagedRows))
}

interface Judged {
  readonly before: readonly JudgedText[]
  readonly after: ReadonlyMap<number, JudgedText>
}

function resultOf({damage: {name, says}, target, places}: Case, {before, after}: Judged): DamageResult {
  const checks = new Set<CheckId>()
  let [noticed, healed] = [0, 0]
  for (const index of places.keys()) {
    const [old, now] = [before[index], after.get(index)]
    if (old === undefined || now === undefined) continue
    const news = [...now.breaks].filter((id) => !old.breaks.has(id))
    for (const id of news) checks.add(id)
    if (news.length > 0) noticed += 1
    else if (isSameRow(old, now)) healed += 1
  }
  const seen = noticed + healed
  const outcome = seen < places.size ? (seen === 0 ? 'unnoticed' : 'partly') : noticed > 0 ? 'noticed' : 'healed'
  return {damage: name, says, column: target.column.name, outcome, rows: places.size, noticed, healed, checks: [...checks].toSorted()}
}

const isSameRow = ({typed: a}: JudgedText, {typed: b}: JudgedText): boolean => Object.entries(a).every(([name, value]) => value === b[name])
