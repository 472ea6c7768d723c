// Makes versions live: one short transaction repoints the views readers use, all of them or none. Rolling back is the same with
// older versions. It never waits in front of readers: a waiting lock would make every new reader wait behind it (950 ms
// measured behind one slow reader), so it gives up after 50 ms and tries again.
import {setTimeout as sleep} from 'node:timers/promises'
import {HippoError} from '../errors/hippo-error.ts'
import {codeOf} from '../postgres/connection-errors.ts'
import type {Database, Queryable} from '../postgres/database.ts'
import {raw} from '../postgres/sql.ts'
import {physicalName, quoteName, type RelationName, type ServedLayer} from './names.ts'
import {labelStatement, openWarehouse, parseLabel, type RelationLabel, readLabel, relationExists} from './open-warehouse.ts'
import {replaceView} from './replace-view.ts'

/** A dataset or model and the version that readers shall see. */
export interface PublishTarget {
  readonly layer: ServedLayer
  readonly name: string
  readonly version: number
  /** Where readers find it. */
  readonly view: RelationName
}

export interface PublishedView extends PublishTarget {
  /** The version that was live before; absent for the first. */
  readonly previousVersion?: number
  readonly rows: number
  /** noop: this version was live already. */
  readonly state: 'live' | 'noop'
}

export interface PublishOptions {
  readonly run?: string
  /** Called in the same transaction, again on each try: what it writes is true exactly when the views are switched. */
  readonly alongside?: (tx: Queryable, published: readonly PublishedView[]) => Promise<void>
  /** How long to keep trying while readers hold the views. */
  readonly waitMs?: number
  readonly signal?: AbortSignal | undefined
}

const lockTimeoutMs = 50

/**
 * Switches all views in one transaction. TABLE_VERSION_UNKNOWN when a version was never built or is gone, CONTRACT_CHANGED when
 * columns changed and a foreign object depends on a view, RUN_LOCKED when readers hold one for longer than `waitMs`.
 */
export async function publishVersions(
  db: Database,
  targets: readonly PublishTarget[],
  options: PublishOptions = {},
): Promise<readonly PublishedView[]> {
  await openWarehouse(db)
  const startedAt = performance.now()
  for (;;) {
    try {
      return await db.transaction((tx) => switchViews(tx, targets, options))
    } catch (error) {
      if (codeOf(error) !== '55P03') throw error
      if (performance.now() - startedAt >= (options.waitMs ?? 60_000)) {
        throw new HippoError('RUN_LOCKED', {
          message: 'readers hold the views that are to be switched',
          hint: 'try again when their queries have ended',
          cause: error,
        })
      }
    }
    await sleep(20 + Math.random() * 80, undefined, {signal: options.signal}).catch((cause: unknown) => {
      throw new HippoError('RUN_INTERRUPTED', {message: 'interrupted while waiting for readers', cause})
    })
  }
}

/** The version that readers of a view see, or undefined. */
export async function liveVersion(db: Queryable, view: RelationName): Promise<number | undefined> {
  return (await readLabel(db, view))?.version
}

async function switchViews(tx: Queryable, targets: readonly PublishTarget[], options: PublishOptions): Promise<readonly PublishedView[]> {
  await tx.query(raw(`set local lock_timeout = '${lockTimeoutMs}ms'`))
  // One order for all: two publications can wait for each other but not deadlock.
  const ordered = [...targets].sort((a, b) => (`${a.layer}.${a.name}` < `${b.layer}.${b.name}` ? -1 : 1))
  const published: PublishedView[] = []
  for (const target of ordered) published.push(await switchView(tx, target, options.run))
  await options.alongside?.(tx, published)
  return published
}

async function switchView(tx: Queryable, target: PublishTarget, run: string | undefined): Promise<PublishedView> {
  const {layer, name, version, view} = target
  const physical = physicalName(layer, name, version)
  const built = await readLabel(tx, physical)
  if (built === undefined && !(await relationExists(tx, physical))) {
    throw new HippoError('TABLE_VERSION_UNKNOWN', {message: `version ${version} of ${layer}.${name} is not in the warehouse`})
  }
  const before = await readLabel(tx, view)
  const result = {...target, rows: built?.rows ?? 0, ...(before === undefined ? {} : {previousVersion: before.version})}
  if (before?.version === version) return {...result, state: 'noop'}
  await replaceView(tx, view, physical)
  const label: RelationLabel = {of: name, version, rows: result.rows, ...(run === undefined ? {} : {run})}
  await tx.query(raw(labelStatement('view', view, label)))
  return {...result, state: 'live'}
}

export interface StoredVersion {
  readonly version: number
  readonly rows: number
  readonly relation: RelationName
  readonly kind: 'table' | 'view'
}

/** Versions of a dataset or model that are in the warehouse, newest first. */
export async function storedVersions(db: Queryable, layer: ServedLayer, name: string): Promise<readonly StoredVersion[]> {
  const schema = layer === 'silver' ? 'silver_data' : 'gold_data'
  const {rows} = await db.query<{relname: string; kind: string; comment: string | null}>(
    raw(`select relname, relkind as kind, obj_description(oid, 'pg_class') as comment from pg_class
      where relnamespace = (select oid from pg_namespace where nspname = '${schema}') and relkind in ('r', 'v')`),
  )
  return rows
    .flatMap(({relname, kind, comment}) => {
      const label = parseLabel(comment)
      const isDraft = label !== undefined && relname !== physicalName(layer, name, label.version).name
      if (label === undefined || label.of !== name || isDraft) return []
      return [
        {
          version: label.version,
          rows: label.rows ?? 0,
          relation: {schema, name: relname},
          kind: kind === 'v' ? ('view' as const) : ('table' as const),
        },
      ]
    })
    .sort((a, b) => b.version - a.version)
}

/**
 * Drops old versions: of those before the live one the newest `keep` stay, of those after it too. Never the live one, and none that
 * something else still reads; of those that `mayStay` refuses none stays. Returns the versions that are gone.
 */
export async function dropOldVersions(
  db: Database,
  {layer, name, view}: Pick<PublishTarget, 'layer' | 'name' | 'view'>,
  {keep = 3, mayStay = () => true}: {readonly keep?: number; readonly mayStay?: (version: number) => boolean} = {},
): Promise<readonly number[]> {
  const live = await liveVersion(db, view)
  const stored = await storedVersions(db, layer, name)
  const banned = stored.filter(({version}) => version !== live && !mayStay(version))
  const others = stored.filter((one) => !banned.includes(one))
  const before = others.filter(({version}) => live !== undefined && version < live)
  const after = others.filter(({version}) => live === undefined || version > live)
  const dropped: number[] = []
  for (const {version, relation, kind} of [...banned, ...before.slice(keep), ...after.slice(keep)]) {
    try {
      await db.transaction(async (tx) => {
        await tx.query(raw(`set local lock_timeout = '${lockTimeoutMs}ms'`))
        await tx.query(raw(`drop ${kind} ${quoteName(relation)}`))
      })
      dropped.push(version)
    } catch (error) {
      // Still read, or a view is built on it: the next clean-up tries again.
      if (!['55P03', '2BP01', '42P01', '40P01'].includes(codeOf(error) ?? '')) throw error
    }
  }
  return dropped
}
