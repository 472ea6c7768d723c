// Builds one version of a model. The version is there whole or not at all: all happens in one transaction.
import {HippoError} from '../errors/hippo-error.ts'
import {codeOf} from '../postgres/connection-errors.ts'
import type {Database, Queryable} from '../postgres/database.ts'
import {raw, sql} from '../postgres/sql.ts'
import type {Deidentified} from './deidentify-sql.ts'
import type {ModelTerms} from './materialize/define-materialization.ts'
import {materializations} from './materialize/index.ts'
import {type ModelReference, type ParsedModel, type RewrittenModel, rewriteModel} from './models.ts'
import {goldRelation, physicalName, quoteName, type RelationName} from './names.ts'
import {labelStatement, openWarehouse} from './open-warehouse.ts'

export interface ModelBuild {
  readonly model: ParsedModel
  readonly version: number
  readonly contract: ModelTerms
  /** The newest good version before this one. */
  readonly previous?: number | undefined
  /** The run's start. */
  readonly now: Date
  /** Version of each table it reads: silver snapshots that were loaded, gold versions that were built. */
  versionOf(reference: Pick<ModelReference, 'layer' | 'name'>): number
  readonly run?: string
  /** Takes out of the select what names people; undefined when there is nothing to take out. */
  deidentify?(select: string): Deidentified | undefined
}

export interface BuiltModel {
  readonly relation: RelationName
  readonly rows: number
}

/**
 * Builds `gold_data."<model>__<version>"`, replacing what an earlier build of the same, never published version left.
 * WAREHOUSE_MODEL_FAILED, with the place in the model's file when PostgreSQL names one.
 */
export async function buildModel(db: Database, build: ModelBuild, signal?: AbortSignal): Promise<BuiltModel> {
  await openWarehouse(db)
  const {model, version, contract, previous, now} = build
  const relation = goldRelation(model.name, version)
  const kind = await materializations[contract.materialization ?? 'table']()
  const rewritten = rewriteModel(model, ({layer, name}) => quoteName(physicalName(layer, name, build.versionOf({layer, name}))))
  return db.transaction(async (tx) => {
    await dropRelation(tx, relation)
    try {
      await tx.query(raw('set local search_path = pg_catalog, public'))
      // Asked first, because here the place of a mistake is known.
      await tx.query(raw(explain + rewritten.select), {signal})
      await kind.build(tx, {
        relation: quoteName(relation),
        select: await withoutPersons(tx, build, rewritten.select, signal),
        contract,
        ...(previous === undefined ? {} : {previous: quoteName(goldRelation(model.name, previous))}),
        now,
        signal,
      })
      const {rows} = await tx.query<{n: number}>(raw(`select count(*) as n from ${quoteName(relation)}`), {signal})
      const count = rows[0]?.n ?? 0
      await tx.query(
        raw(labelStatement(kind.relationKind, relation, {of: model.name, version, rows: count, ...(build.run && {run: build.run})})),
      )
      return {relation, rows: count}
    } catch (error) {
      throw modelError(model, rewritten, error)
    }
  })
}

/** The select to build from; asked first, since a column that the model does not give has no place in the model's file. */
async function withoutPersons(tx: Queryable, {model, deidentify}: ModelBuild, select: string, signal?: AbortSignal): Promise<string> {
  const taken = deidentify?.(select)
  if (taken === undefined) return select
  for (const [name, value] of taken.settings) await tx.query(sql`select set_config(${name}, ${value}, true)`)
  try {
    await tx.query(raw(explain + taken.select), {signal})
  } catch (error) {
    throw modelError(model, undefined, error)
  }
  return taken.select
}

/** Drops a physical table or view, whichever it is. */
export async function dropRelation(db: Queryable, relation: RelationName): Promise<void> {
  const {rows} = await db.query<{kind: string}>(
    raw(`select relkind as kind from pg_class where oid = to_regclass('${quoteName(relation).replaceAll("'", "''")}')`),
  )
  const kind = rows[0]?.kind
  if (kind !== undefined) await db.query(raw(`drop ${kind === 'v' ? 'view' : 'table'} ${quoteName(relation)}`))
}

const explain = 'explain '

// Class 42 is about names and syntax: its message repeats the model's text only. Other messages may quote a row.
function modelError(model: ParsedModel, rewritten: RewrittenModel | undefined, error: unknown): unknown {
  const code = codeOf(error)
  if (error instanceof HippoError || code === undefined || !/^(2[1-3]|42|54|0A)/.test(code)) return error
  const said = code.startsWith('42') && error instanceof Error ? error.message : (sentences[code] ?? 'a value cannot be computed')
  const position = Number((error as {position?: unknown}).position)
  return new HippoError('WAREHOUSE_MODEL_FAILED', {
    message: `model ${model.name}: ${said} (${code})`,
    ...(rewritten !== undefined && position > explain.length ? {at: rewritten.locate(position - explain.length - 1)} : {}),
    cause: error,
  })
}

const sentences: Readonly<Record<string, string>> = {
  '21000': 'a subquery used as a value returned more than one row',
  '22003': 'a number is out of range',
  '22007': 'a text cannot be read as a date or time',
  '22008': 'a date or time is out of range',
  '22012': 'a division by zero',
  '22P02': 'a text cannot be read as the type it is cast to',
  '0A000': 'PostgreSQL does not support this',
}
