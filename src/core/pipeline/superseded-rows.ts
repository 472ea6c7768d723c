// What a delivery makes obsolete: rows of earlier deliveries that still wait in quarantine under a key that it brings. The sender
// has corrected them, and judging them again later would put older values over newer ones. A row of the delivery counts when it
// was accepted, or skipped because silver has it already; one that is rejected itself corrects nothing.
import type {Snapshot} from '../delta/snapshot.ts'
import {readSnapshot} from '../delta/snapshot.ts'
import type {Engine} from '../engine/engine.ts'
import {and, column, type Expr} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import {layout} from '../lake/layout.ts'
import {scanTable} from '../lake/scan-table.ts'
import {scanFiles} from './merge-into.ts'
import {openBefore, ownRows, type RejectedRow, rejectedRows} from './open-rows.ts'
import {headersOf, typedRows} from './plan-promotion.ts'
import type {BatchFiles, BatchWork} from './promote-batch.ts'
import {ownKey} from './row-key.ts'

/** The rows, and the table they are in; none when the delivery was half-done before: its quarantine has said so already. */
export async function supersededRows(work: BatchWork, files: BatchFiles): Promise<readonly RejectedRow[]> {
  const {context, pins, batch} = work
  if (pins.quarantinedBefore !== undefined) return []
  const quarantine = await readSnapshot(await context.workspace.store(), layout.table('quarantine', pins.contract.dataset))
  if (!quarantine || quarantine.files.size === 0) return []
  const engine = await context.workspace.engine()
  const open = openBefore(batch.number)
  if (pins.contract.writeMode === 'overwrite') return rejectedRows(engine, quarantine, open, context.run.signal)
  const {compiled} = work.input
  const key = ownKey(compiled.keyColumns, compiled.columns)
  const hasKeys = quarantine.fields.some(({name}) => name === '_key')
  if (key === undefined || !hasKeys) return []
  const request: KeyedSearch = {work, files, engine, quarantine, open, key}
  const accepted = await acceptedAgain(request)
  const skipped = await skippedAgain(request, accepted)
  return [...accepted, ...skipped]
}

interface KeyedSearch {
  readonly work: BatchWork
  readonly files: BatchFiles
  readonly engine: Engine
  readonly quarantine: Snapshot
  readonly open: Expr
  /** Over typed rows. */
  readonly key: Expr
}

const hasKeyIn = (relation: Plan): Expr => ({kind: 'existsIn', key: [column('_key')], relation, on: ['_key']})
const keysOf = (input: Plan, key: Expr): Plan => ({kind: 'select', input, columns: [{name: '_key', expr: key}]})

async function acceptedAgain({work, files, engine, quarantine, open, key}: KeyedSearch): Promise<readonly RejectedRow[]> {
  if (files.accepted.length === 0) return []
  const keys = keysOf(scanFiles(files.accepted, work.input.compiled.columns), key)
  return rejectedRows(engine, quarantine, and(open, hasKeyIn(keys)), work.context.run.signal)
}

/** Only rows whose key silver has can have been skipped, so that the files are seldom read once more. */
async function skippedAgain(request: KeyedSearch, known: readonly RejectedRow[]): Promise<readonly RejectedRow[]> {
  const {work, files, engine, quarantine, open, key} = request
  const {silver, input, context} = work
  const skipped = (files.byJudgement.duplicate ?? 0) + (files.byJudgement.unchanged ?? 0)
  if (skipped === 0 || !silver) return []
  const {signal} = context.run
  const inSilver = hasKeyIn(keysOf(scanTable(silver, {columns: input.compiled.columns}), key))
  const candidates = and(open, inSilver)
  const places = new Set(known.map(placeOf))
  if ((await rejectedRows(engine, quarantine, candidates, signal)).every((row) => places.has(placeOf(row)))) return []
  const wanted: Plan = {kind: 'filter', input: ownRows(quarantine), where: candidates}
  const brought: Plan = {
    kind: 'filter',
    input: keysOf(typedRows(input, headersOf(input.ready)), key),
    where: hasKeyIn(wanted),
  }
  const found = new Set((await engine.rows(brought, Number.MAX_SAFE_INTEGER, {signal})).map(({_key}) => String(_key)))
  const rejected = await rejectedKeys(request)
  const keys: Plan = {
    kind: 'values',
    columns: [{name: '_key', type: 'string'}],
    rows: [...found].filter((one) => !rejected.has(one)).map((one) => [one]),
  }
  const again = await rejectedRows(engine, quarantine, and(open, hasKeyIn(keys)), signal)
  return again.filter((row) => !places.has(placeOf(row)))
}

async function rejectedKeys({files, engine, work}: KeyedSearch): Promise<ReadonlySet<string>> {
  if (files.quarantined.length === 0) return new Set()
  const rows = await engine.rows(scanFiles(files.quarantined, [{name: '_key', type: 'string'}]), Number.MAX_SAFE_INTEGER, {
    signal: work.context.run.signal,
  })
  return new Set(rows.map(({_key}) => String(_key)))
}

const placeOf = ({batch, file, row}: RejectedRow): string => `${batch} ${file} ${row}`
