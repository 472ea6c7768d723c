// The way from a person to rows that do not name one: through references to rows that are the person's, from dataset to dataset
// until nothing new is found. Keys of the person's rows come from silver, from the files of its older versions and from received
// bytes. A key that silver has now belongs to whom silver says: a record that was another person's once leads nowhere.
//
// An erasure takes these rows away before it is done, so the keys are kept, sealed, until it is proved (`open-erasure.ts`).
import {readSnapshot, type Snapshot} from '../../delta/snapshot.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import {and, bool, column, type Expr, not} from '../../expr/expr.ts'
import type {Plan} from '../../expr/plan.ts'
import {layout} from '../../lake/layout.ts'
import {scanTable} from '../../lake/scan-table.ts'
import type {Batch} from '../../model/capture.ts'
import {feeds} from '../feeds.ts'
import {isSound} from '../judge-structure.ts'
import type {ErasedDataset, Erasure, PersonKeys} from './erasure.ts'
import {personText} from './person-text.ts'
import {anyOf, type RowTest, referenceTest, type TextKey} from './row-tests.ts'
import {deadFiles, fileRows, unlessUnreadable} from './search-table.ts'
import {readRecords, withCopy} from './typed-records.ts'

/** Columns of a dataset that others refer to. */
interface Target {
  readonly to: string
  readonly columns: readonly string[]
}

/** The erasure with all rows that references lead to; `erasure.keys` are those known before. */
export async function followReferences(erasure: Erasure, batches: readonly Batch[]): Promise<Erasure> {
  let now = withKeys(erasure, erasure.keys)
  const targets = targetsOf(erasure.datasets)
  const looked = new Map<string, number>()
  const stateOf = ({to}: Target) =>
    erasure.datasets
      .filter(({contract}) => contract.dataset === to)
      .flatMap(({references = []}) => references)
      .reduce((sum, {to: next, theirs}) => sum + (now.keys.get(nameOf({to: next, columns: theirs}))?.length ?? 0), 0)
  for (;;) {
    const target = targets.find((one) => looked.get(nameOf(one)) !== stateOf(one))
    if (!target) return now
    erasure.run.signal.throwIfAborted()
    looked.set(nameOf(target), stateOf(target))
    const found = await keysOf(now, target, batches)
    const known = now.keys.get(nameOf(target)) ?? []
    now = withKeys(now, new Map([...now.keys, [nameOf(target), distinct([...known, ...found])]]))
  }
}

const nameOf = ({to, columns}: Target): string => JSON.stringify([to, ...columns])
const distinct = (keys: readonly TextKey[]): readonly TextKey[] => [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()]

function targetsOf(datasets: readonly ErasedDataset[]): readonly Target[] {
  const all = datasets.flatMap(({references = []}) => references.map(({to, theirs}): Target => ({to, columns: theirs})))
  return [...new Map(all.map((target) => [nameOf(target), target])).values()]
}

/** Shorter ones stand in too many texts to mean anything. */
const shortestTellingKey = 3

function withKeys(erasure: Erasure, keys: PersonKeys): Erasure {
  const now = erasure.run.startedAt.toISOString()
  const datasets = erasure.datasets.map((dataset) => {
    const {contract, references = [], ownTests} = dataset
    const led = references.map((one) => referenceTest(contract, one, keys.get(nameOf({to: one.to, columns: one.theirs})) ?? [], now))
    return {...dataset, tests: [...ownTests, ...led]}
  })
  const telling = distinct([...keys.values()].flat().map(longest)).flatMap(([text = '']) =>
    text.length < shortestTellingKey ? [] : [text],
  )
  return {...erasure, datasets, keys, keyTexts: telling.map(personText)}
}

/** Of a key of several values, the one that says most. */
const longest = (key: TextKey): TextKey => [key.reduce((one, other) => (other.length > one.length ? other : one), '')]

interface Look {
  readonly erasure: Erasure
  readonly dataset: ErasedDataset
  readonly target: Target
  readonly snapshot: Snapshot | undefined
}

async function keysOf(erasure: Erasure, target: Target, batches: readonly Batch[]): Promise<readonly TextKey[]> {
  const dataset = erasure.datasets.find(({contract}) => contract.dataset === target.to)
  if (!dataset) return []
  const snapshot = await readSnapshot(erasure.store, layout.table('silver', target.to))
  const has = (name: string) => snapshot?.fields.some((field) => field.name === name) === true
  const look: Look = {erasure, dataset, target, snapshot: target.columns.every(has) ? snapshot : undefined}
  const own = distinct(await keysInSilver(look))
  await refuseShared(look, own)
  const others = distinct([...(await keysInOldFiles(look)), ...(await keysInBronze(look, batches))])
  const isOwn = new Set(own.map((key) => JSON.stringify(key)))
  const candidates = others.filter((key) => !isOwn.has(JSON.stringify(key)))
  const taken = new Set((await keysThatSilverHas(look, candidates)).map((key) => JSON.stringify(key)))
  return [...own, ...candidates.filter((key) => !taken.has(JSON.stringify(key)))]
}

/** More than a table or file has. */
const mostRows = 1_000_000_000

/** Keys of the rows for which the condition is true; those with a part that is null lead nowhere. */
async function selectKeys({erasure, target}: Look, input: Plan, where: Expr): Promise<readonly TextKey[]> {
  const columns = target.columns.map((name) => ({name, expr: {kind: 'asText' as const, of: column(name)}}))
  const plan: Plan = {kind: 'select', input: {kind: 'filter', input, where}, columns}
  const rows = await erasure.engine.rows(plan, mostRows, {signal: erasure.run.signal})
  return rows.flatMap((row) => {
    const key = target.columns.map((name) => row[name] ?? null)
    return key.includes(null) ? [] : [key.map(String)]
  })
}

const testsIn = (tests: readonly RowTest[], {fields}: Snapshot): Expr | undefined =>
  anyOf(tests, ({name}) => fields.some((field) => field.name === name))

async function keysInSilver(look: Look): Promise<readonly TextKey[]> {
  const {snapshot, dataset} = look
  const where = snapshot && testsIn(dataset.tests, snapshot)
  return snapshot && where ? selectKeys(look, scanTable(snapshot), where) : []
}

/** True for rows of the target with one of the keys. */
function hasKey({dataset, target}: Look, keys: readonly TextKey[]): Expr {
  const columns = target.columns.flatMap((name) => dataset.contract.columns.find((one) => one.name === name) ?? [])
  return referenceTest(dataset.contract, {to: target.to, columns, theirs: target.columns}, keys, '').where
}

async function keysThatSilverHas(look: Look, keys: readonly TextKey[]): Promise<readonly TextKey[]> {
  return look.snapshot && keys.length > 0 ? selectKeys(look, scanTable(look.snapshot), hasKey(look, keys)) : []
}

/** RUN_INCOMPLETE when silver has rows of others under the same keys: what refers to them is nobody's alone. */
async function refuseShared(look: Look, keys: readonly TextKey[]): Promise<void> {
  const {erasure, snapshot, dataset, target} = look
  const where = snapshot && testsIn(dataset.tests, snapshot)
  if (!snapshot || !where || keys.length === 0) return
  const isOther = not({kind: 'coalesce', of: [where, bool(false)]})
  const shared = and(hasKey(look, keys), isOther)
  const plan = {id: 'shared', input: scanTable(snapshot), aggregates: [{name: 'rows', function: 'countIf' as const, of: shared}]}
  const [counted] = await erasure.engine.measure([plan], {signal: erasure.run.signal})
  const rows = Number(counted?.values.rows ?? 0)
  if (rows === 0) return
  throw new HippoError('RUN_INCOMPLETE', {
    message: `${rows} rows of others in ${target.to} have the same ${target.columns.join(', ')} as rows of the person: whose rows are that refer to them cannot be told; nothing was erased`,
    hint: `refer to ${target.to} by columns that name one of its rows`,
  })
}

async function keysInOldFiles(look: Look): Promise<readonly TextKey[]> {
  const {erasure, snapshot, dataset} = look
  const where = snapshot && testsIn(dataset.tests, snapshot)
  if (!snapshot || !where) return []
  const keys: TextKey[] = []
  for (const file of await deadFiles(snapshot))
    keys.push(...(await selectKeys(look, await fileRows(erasure, snapshot, [file]), where).catch(unlessUnreadable)))
  return keys
}

async function keysInBronze(look: Look, batches: readonly Batch[]): Promise<readonly TextKey[]> {
  const {erasure, dataset} = look
  const captures = batches.flatMap(({files}) => files).filter((record) => feeds(record, dataset.contract))
  const keys: TextKey[] = []
  for (const record of new Map(captures.map((one) => [`${one.key} ${one.source} ${one.dataset}`, one])).values()) {
    erasure.run.signal.throwIfAborted()
    const found = await withCopy(erasure, record.key, async (copy) => {
      const read = await readRecords(copy, dataset, record)
      if (!read?.where) return []
      return selectKeys(look, read.rows, read.isDamaged ? and(isSound, read.where) : read.where)
    })
    keys.push(...found)
  }
  return keys
}
