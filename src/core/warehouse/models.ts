// Models as PostgreSQL's own parser sees them: exactly one SELECT that reads silver.<dataset> and gold.<model> and nothing else.
// References are found in the syntax tree with their place, so that they can be pointed at versioned tables and nothing else in
// the text changes.
import {createHash} from 'node:crypto'
import {HippoError, type Location} from '../errors/hippo-error.ts'
import {nearest} from '../errors/nearest.ts'
import {findReferences, type OwnTable, type SyntaxNode} from './model-references.ts'
import type {ServedLayer} from './names.ts'

export interface ModelSource {
  readonly name: string
  /** Absolute path of the file, for messages. */
  readonly path: string
  readonly sql: string
}

/** A table that a model reads, and the bytes of the model's text that name it. */
export interface ModelReference {
  readonly layer: ServedLayer
  readonly name: string
  readonly start: number
  readonly end: number
  /** The text gives it no alias: columns may be qualified by the table's own name. */
  readonly needsAlias: boolean
}

export interface ParsedModel extends ModelSource {
  readonly references: readonly ModelReference[]
  /** Byte range of the statement in `sql`, without its semicolon. */
  readonly statement: {readonly start: number; readonly end: number}
  /** SHA-256 of `sql`. */
  readonly digest: string
}

export interface RewrittenModel {
  readonly select: string
  /** Place in the model's file of a character (0-based) of `select`. */
  locate(characters: number): Location
}

/** Parses a model; WAREHOUSE_MODEL_INVALID with line and column when it is not one SELECT over silver, gold and its `own` table. */
export async function parseModel(model: ModelSource, own?: OwnTable): Promise<ParsedModel> {
  const {loadModule, parseSync, scanSync, hasSqlDetails} = await import('libpg-query')
  await loadModule()
  const bytes = Buffer.from(model.sql)
  let statements: readonly {stmt?: SyntaxNode; stmt_location?: number; stmt_len?: number}[]
  try {
    statements = (parseSync(model.sql).stmts ?? []) as typeof statements
  } catch (error) {
    const position = hasSqlDetails(error) ? (error.sqlDetails?.cursorPosition ?? 0) : 0
    const offset = Buffer.byteLength([...model.sql].slice(0, Math.max(0, position)).join(''))
    throw invalid(model, offset, error instanceof Error && model.sql.trim() !== '' ? error.message : 'the file holds no statement')
  }
  const [first, second] = statements
  if (first?.stmt === undefined) throw invalid(model, 0, 'the file holds no statement')
  if (second !== undefined) throw invalid(model, second.stmt_location ?? 0, 'a model is one statement; here a second one begins')
  const start = first.stmt_location ?? 0
  const end = first.stmt_len === undefined || first.stmt_len === 0 ? bytes.length : start + first.stmt_len
  const tokens = scanSync(model.sql).tokens.filter(({tokenName}) => tokenName !== 'SQL_COMMENT' && tokenName !== 'C_COMMENT')
  const references = findReferences(first.stmt, tokens, {refuse: (offset, message) => invalid(model, offset, message), own})
  return {...model, references, statement: {start, end}, digest: createHash('sha256').update(bytes).digest('hex')}
}

/** Models so that each comes after those it reads; WAREHOUSE_MODEL_INVALID for unknown tables and for cycles. */
export function orderModels(models: readonly ParsedModel[], datasets: readonly string[]): readonly ParsedModel[] {
  const byName = new Map(models.map((model) => [model.name, model]))
  for (const model of models) for (const reference of model.references) checkKnown(model, reference, byName, new Set(datasets))
  const ordered: ParsedModel[] = []
  const state = new Map<string, 'visiting' | 'done'>()
  const visit = (model: ParsedModel, path: readonly string[]): void => {
    if (state.get(model.name) === 'done') return
    state.set(model.name, 'visiting')
    for (const reference of model.references) {
      const next = reference.layer === 'gold' ? byName.get(reference.name) : undefined
      if (next === undefined) continue
      if (state.get(next.name) === 'visiting') {
        const cycle = [...path.slice(path.indexOf(next.name)), next.name]
        throw invalid(model, reference.start, `models read each other in a circle: ${cycle.join(' → ')}`)
      }
      visit(next, [...path, next.name])
    }
    state.set(model.name, 'done')
    ordered.push(model)
  }
  for (const model of [...models].sort((a, b) => (a.name < b.name ? -1 : 1))) visit(model, [model.name])
  return ordered
}

/** The models among `models` that `names` need, themselves included, in order. */
export function withDependencies(models: readonly ParsedModel[], names: readonly string[]): readonly ParsedModel[] {
  const byName = new Map(models.map((model) => [model.name, model]))
  const wanted = new Set<string>()
  const add = (name: string): void => {
    if (wanted.has(name)) return
    wanted.add(name)
    for (const {layer, name: read} of byName.get(name)?.references ?? []) if (layer === 'gold') add(read)
  }
  for (const name of names) add(name)
  return models.filter(({name}) => wanted.has(name))
}

/** The model's SELECT with every reference replaced by `target` (SQL text of a table), and where each part came from. */
export function rewriteModel(model: ParsedModel, target: (reference: ModelReference) => string): RewrittenModel {
  const bytes = Buffer.from(model.sql)
  const parts: {readonly text: string; readonly start: number; readonly isOriginal: boolean}[] = []
  let from = model.statement.start
  for (const reference of [...model.references].sort((a, b) => a.start - b.start)) {
    const alias = reference.needsAlias ? ` as "${reference.name.replaceAll('"', '""')}"` : ''
    parts.push({text: bytes.toString('utf8', from, reference.start), start: from, isOriginal: true})
    parts.push({text: target(reference) + alias, start: reference.start, isOriginal: false})
    from = reference.end
  }
  parts.push({text: bytes.toString('utf8', from, model.statement.end), start: from, isOriginal: true})
  const locate = (characters: number): Location => {
    let left = characters
    for (const {text, start, isOriginal} of parts) {
      const held = [...text]
      if (left < held.length) return locationIn(model, isOriginal ? start + Buffer.byteLength(held.slice(0, left).join('')) : start)
      left -= held.length
    }
    return locationIn(model, model.statement.end)
  }
  return {select: parts.map(({text}) => text).join(''), locate}
}

/** Line and column (1-based, in characters) of a byte of the model's text. */
export function locationIn({path, sql}: ModelSource, byteOffset: number): Location {
  const before = Buffer.from(sql).toString('utf8', 0, byteOffset)
  const lines = before.split('\n')
  const line = lines.length
  const snippet = sql.split('\n')[line - 1]
  return {file: path, line, column: [...(lines.at(-1) ?? '')].length + 1, ...(snippet === undefined ? {} : {snippet})}
}

function checkKnown(
  model: ParsedModel,
  reference: ModelReference,
  models: ReadonlyMap<string, ParsedModel>,
  datasets: ReadonlySet<string>,
): void {
  const known = reference.layer === 'gold' ? models : datasets
  if (known.has(reference.name)) return
  const kind = reference.layer === 'gold' ? 'model' : 'dataset'
  const similar = nearest(reference.name, known.keys())
  throw invalid(
    model,
    reference.start,
    `there is no ${kind} ${reference.name}${similar === undefined ? '' : `; did you mean ${reference.layer}.${similar}?`}`,
  )
}

function invalid(model: ModelSource, offset: number, message: string): HippoError {
  return new HippoError('WAREHOUSE_MODEL_INVALID', {message: `model ${model.name}: ${message}`, at: locationIn(model, offset)})
}
