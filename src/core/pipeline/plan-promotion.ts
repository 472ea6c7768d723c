// The plan of one promotion: which columns are read, how they become typed, what judges each row, and what is written.
// Pure: the same contract, files and pins always give the same plan; `--dry-run` prints it.
import type {CompiledContract} from '../contract/compile-contract.ts'
import {bindSources} from '../contract/source-columns.ts'
import type {PlanOutput} from '../engine/engine.ts'
import {and, column, compare, type Expr, literal, not, or, text} from '../expr/expr.ts'
import type {DerivedColumn, Judged, Judgement, Plan, PlanColumn, ScanFile} from '../expr/plan.ts'
import {columnsOf, hasSetExpression, print, rewrite} from '../expr/walk.ts'
import {originColumns, rejectedColumns, safeColumnNames} from '../lake/reserved-columns.ts'
import {rowsPerFile} from '../lake/rows-per-file.ts'
import type {Contract} from '../model/contract.ts'
import {heldReason} from '../source/reason-words.ts'
import {recordColumns} from '../source/source.ts'
import {type ChosenRecord, chooseRecords, type ReceivedColumn} from './chosen-records.ts'
import {isSound, malformedCounts} from './judge-structure.ts'
import type {ReadyFile} from './prepare-batch.ts'
import {ownKey, waitsFor} from './row-key.ts'
import {sparingRowsBeside, withRowsBeside} from './rows-beside.ts'

/** Judgement ids of rows that are neither accepted nor rejected. */
export const skipIds = {duplicate: 'duplicate', unchanged: 'unchanged'} as const

export interface PromotionInput {
  readonly contract: Contract
  readonly compiled: CompiledContract
  readonly batch: number
  readonly run: string
  /** Instant that every judgement of the batch uses as now. */
  readonly judgedAt: string
  readonly ready: readonly ReadyFile[]
  /** Headers of the whole delivery, where only some of its files are read. */
  readonly headers?: readonly string[]
  /** The rows silver holds now; absent when there are none or they do not matter (append, overwrite). */
  readonly current?: Plan
  /** Only these records of the files; all when absent. */
  readonly chosen?: readonly ChosenRecord[]
  /** Rows of silver, with where they came from, that these are compared with as rows of the same delivery. */
  readonly beside?: Plan
  /** Checks that reject no row here. */
  readonly waived?: ReadonlySet<string>
  /** Places (`file`, `row`) of records that a later decision is about: they wait for it in quarantine, whatever today's checks say. */
  readonly held?: Plan
}

export interface PromotionPlan {
  readonly judged: Judged
  readonly accepted: Omit<PlanOutput, 'directory'>
  readonly quarantined: Omit<PlanOutput, 'directory'>
  /** Received headers by their name in quarantine. */
  readonly rawColumns: ReadonlyMap<string, string>
}

const receivedAlias = (header: string) => `received:${header}`
const firstLine = 'first line'
const isUnreadable = 'is unreadable'

/** All source headers of the files, in first-seen order. */
export function headersOf(files: readonly ReadyFile[]): readonly string[] {
  return [...new Set(files.flatMap((file) => file.prepared.header))]
}

/** The headers that decide what received columns are called. */
export const headersIn = ({headers, ready}: PromotionInput): readonly string[] => headers ?? headersOf(ready)

export function planPromotion(input: PromotionInput): PromotionPlan {
  const headers = headersIn(input)
  const rawColumns = safeColumnNames(headers)
  const [rows, judgements] = [markUnreadable(input, typedRows(input, headers)), judgementsOf(input)]
  const judged: Judged = input.beside
    ? {input: withRowsBeside(rows, input.beside), judgements: sparingRowsBeside(judgements)}
    : {input: rows, judgements}
  return {judged, rawColumns, accepted: acceptedOutput(input, judged), quarantined: quarantinedOutput(input, judged, rawColumns)}
}

/** The rows of the batch, normalised and typed, with where each came from. */
export function typedRows(input: PromotionInput, headers: readonly string[]): Plan {
  const received = receivedSources(input)
  const scan: Plan = {
    kind: 'scan',
    files: input.ready.map((file) => scanFile(input, file, received)),
    columns: [
      ...input.compiled.rawColumns.filter(({name}) => !received.has(name)),
      ...headers.map((header): PlanColumn => ({name: receivedAlias(header), type: 'string'})),
      ...Object.values(recordColumns).map((name): PlanColumn => ({name, type: 'string'})),
      {name: firstLine, type: 'int64'},
      {name: '_batch', type: 'int64'},
      {name: '_file', type: 'string'},
    ],
    rowNumber: '_row',
  }
  const withLine: Plan = {kind: 'derive', input: scan, columns: [{name: recordColumns.line, expr: lineNumber()}]}
  const records = input.chosen ? chooseRecords(withLine, input.chosen, receivedColumnsOf(input, headers, received)) : withLine
  const fromReceived = (expr: Expr): Expr =>
    rewrite(expr, (part) => (part.kind === 'column' ? column(received.get(part.name) ?? part.name) : part))
  const layers = input.compiled.layers.map((columns) => columns.map(({name, expr}) => ({name, expr: fromReceived(expr)})))
  return layers.reduce<Plan>((plan, columns) => ({kind: 'derive', input: plan, columns}), records)
}

/** Source columns that are the same received column in every file, so that a row need not carry them twice. */
function receivedSources({contract, compiled, ready}: PromotionInput): ReadonlyMap<string, string> {
  const bindings = ready.map(({prepared}) => bindSources(contract, prepared.header).binding)
  const found = compiled.rawColumns.flatMap(({name}): readonly (readonly [string, string])[] => {
    const headers = new Set(bindings.map((binding) => binding[name]))
    const [header] = headers
    return headers.size === 1 && header !== undefined ? [[name, receivedAlias(header)]] : []
  })
  return new Map(found)
}

/** Which columns of the scan hold which received columns, by quarantine's names of these. */
function receivedColumnsOf(
  {contract, compiled, ready}: PromotionInput,
  headers: readonly string[],
  received: ReadonlyMap<string, string>,
): readonly ReceivedColumn[] {
  const names = safeColumnNames(headers)
  const apart = ready.flatMap(({record, prepared}) => {
    const {binding} = bindSources(contract, prepared.header)
    return compiled.rawColumns.flatMap(({name: raw}): readonly ReceivedColumn[] => {
      const name = names.get(binding[raw] ?? '')
      return received.has(raw) || name === undefined ? [] : [{column: raw, name, file: record.sha256}]
    })
  })
  return [...[...names].map(([header, name]) => ({column: receivedAlias(header), name})), ...apart]
}

/** The line a rewritten copy carries, else counted from the first record's line. */
function lineNumber(): Expr {
  const written: Expr = {kind: 'parse', of: column(recordColumns.line), as: {type: 'int64'}}
  const next: Expr = {kind: 'arithmetic', operator: '+', left: column(firstLine), right: column('_row')}
  const counted: Expr = {kind: 'arithmetic', operator: '-', left: next, right: literal(1n, 'int64')}
  return {kind: 'coalesce', of: [written, counted]}
}

function scanFile(input: PromotionInput, {record, prepared}: ReadyFile, received: ReadonlyMap<string, string>): ScanFile {
  const bound = Object.entries(bindSources(input.contract, prepared.header).binding)
  const binding = Object.fromEntries(bound.filter(([name]) => !received.has(name)))
  for (const header of prepared.header) binding[receivedAlias(header)] = header
  const inFile = new Set(prepared.format.header)
  for (const name of Object.values(recordColumns)) if (inFile.has(name)) binding[name] = name
  return {
    path: prepared.path,
    format: prepared.format,
    binding,
    constants: {
      [firstLine]: prepared.firstLine === undefined ? null : BigInt(prepared.firstLine),
      _batch: BigInt(input.batch),
      _file: record.sha256,
    },
  }
}

function judgementsOf(input: PromotionInput): readonly Judgement[] {
  const malformed = [...malformedCounts(input.ready).keys()]
  const structural = malformed.map(
    (id): Judgement => ({id, when: compare(column(recordColumns.malformed), '=', text(id)), effect: 'quarantine'}),
  )
  // A record without structure has no fields to judge: it gives its structural reason and no other.
  const judgements = input.compiled.judgements.map((one): Judgement => (input.waived?.has(one.id) ? {...one, effect: 'warn'} : one))
  const guarded = [...judgements, ...denominatorsOf(input.compiled)].map(
    (judgement): Judgement => (malformed.length === 0 ? judgement : {...judgement, when: and(isSound, judgement.when)}),
  )
  return [...structural, ...guarded, ...heldBack(input, [...structural, ...guarded]), ...skipsOf(input)]
}

/** A reason for rows that have none by themselves. */
function heldBack({held}: PromotionInput, others: readonly Judgement[]): readonly Judgement[] {
  if (!held) return []
  const isHeld: Expr = {kind: 'existsIn', key: [column('_file'), column('_row')], relation: held, on: ['file', 'row']}
  const rejecting = others.filter(({effect}) => effect === 'quarantine').map(({when}) => when)
  return [{id: heldReason, when: and(isHeld, not(or(...rejecting.map(orFalse)))), effect: 'quarantine'}]
}

const orFalse = (of: Expr): Expr => ({kind: 'coalesce', of: [of, literal(false, 'boolean')]})

/**
 * Counts the rows each row check is about, as judgements that only count; checks about the same rows share one. Keyed by check
 * id in `denominatorIds`.
 */
function denominatorsOf(compiled: CompiledContract): readonly Judgement[] {
  const ids = denominatorIds(compiled)
  const judgements = new Map<string, Judgement>()
  for (const check of compiled.checks) {
    const id = ids.get(check.clause.id)
    if (check.scope === 'row' && id !== undefined) judgements.set(id, {id, when: check.denominator, effect: 'warn'})
  }
  return [...judgements.values()]
}

/** Check id -> id of the judgement that counts the rows it is about. */
export function denominatorIds(compiled: CompiledContract): ReadonlyMap<string, string> {
  const byMeaning = new Map<string, string>()
  const ids = new Map<string, string>()
  for (const check of compiled.checks) {
    if (check.scope !== 'row') continue
    const meaning = print(check.denominator)
    const id = byMeaning.get(meaning) ?? `about:${byMeaning.size}`
    byMeaning.set(meaning, id)
    ids.set(check.clause.id, id)
  }
  return ids
}

/**
 * Rejections that a typed row does not show. Two rows may be equal once typed while only one of them could be read: the other
 * then repeats nothing that is accepted, and skipping it would lose it.
 */
function unreadableReasons({contract, compiled}: PromotionInput): readonly Expr[] {
  if (contract.writeMode !== 'merge') return []
  const typed = new Set(compiled.valueColumns)
  const quarantining = compiled.judgements.filter(({when, effect}) => effect === 'quarantine' && !hasSetExpression(when))
  return quarantining.map(({when}) => when).filter((when) => columnsOf(when).some((name) => !typed.has(name)))
}

function markUnreadable(input: PromotionInput, rows: Plan): Plan {
  const reasons = unreadableReasons(input)
  return reasons.length === 0 ? rows : {kind: 'derive', input: rows, columns: [{name: isUnreadable, expr: or(...reasons)}]}
}

function skipsOf(input: PromotionInput): readonly Judgement[] {
  const {contract, compiled, current} = input
  if (contract.writeMode !== 'merge') return []
  const key = compiled.keyColumns
  const columns = compiled.valueColumns
  const compared = unreadableReasons(input).length === 0 ? columns : [...columns, isUnreadable]
  const duplicate: Judgement = {id: skipIds.duplicate, when: {kind: 'isRepeat', key, columns: compared}, effect: 'skip'}
  if (!current) return [duplicate]
  return [duplicate, {id: skipIds.unchanged, when: {kind: 'isSameIn', key, relation: current, columns}, effect: 'skip'}]
}

function acceptedOutput(input: PromotionInput, judged: Judged): Omit<PlanOutput, 'directory'> {
  const columns = [...input.compiled.columns, ...originColumns]
  const plan: Plan = {kind: 'select', input: {kind: 'verdict', of: judged, is: 'accepted'}, columns: columns.map(same)}
  return {name: 'accepted', plan, columns, format: 'parquet', rowsPerFile}
}

function quarantinedOutput(input: PromotionInput, judged: Judged, rawColumns: ReadonlyMap<string, string>): Omit<PlanOutput, 'directory'> {
  const verdict: Plan = {kind: 'verdict', of: judged, is: 'quarantined', reasons: '_reasons'}
  const raw = [...rawColumns].map(([header, name]): DerivedColumn => ({name, expr: column(receivedAlias(header))}))
  const said: readonly DerivedColumn[] = [
    {name: '_run', expr: text(input.run)},
    same({name: '_reasons'}),
    {name: '_contract_version', expr: text(input.contract.version)},
    {name: '_quarantined_at', expr: literal(input.judgedAt, 'timestamp')},
    same({name: recordColumns.raw}),
  ]
  const {columns: typed, keyColumns} = input.compiled
  const links: readonly DerivedColumn[] = [
    {name: '_key', expr: ownKey(keyColumns, typed) ?? text(null)},
    {name: '_waits_for', expr: waitsFor(input.contract, typed)},
  ]
  const columns = [...rejectedColumns, ...raw.map(({name}): PlanColumn => ({name, type: 'string'}))]
  const plan: Plan = {kind: 'select', input: verdict, columns: [...originColumns.map(same), ...said, ...links, ...raw]}
  return {name: 'quarantined', plan, columns, format: 'parquet', lists: ['_reasons'], rowsPerFile}
}

const same = ({name}: {readonly name: string}): DerivedColumn => ({name, expr: column(name)})
