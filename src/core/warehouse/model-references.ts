// Walks a SELECT's syntax tree: collects what it reads, knows which names are CTEs where, and refuses what is no plain read.
import type {HippoError} from '../errors/hippo-error.ts'
import type {ModelReference} from './models.ts'
import type {ServedLayer} from './names.ts'

export type SyntaxNode = Readonly<Record<string, unknown>>

export interface Token {
  readonly start: number
  readonly end: number
}

/** Makes the error for a byte offset. */
export type Refuse = (offset: number, message: string) => HippoError

const writes: Readonly<Record<string, string>> = {
  InsertStmt: 'insert',
  UpdateStmt: 'update',
  DeleteStmt: 'delete',
  MergeStmt: 'merge',
  IntoClause: 'select into',
  intoClause: 'select into',
  LockingClause: 'for update or for share',
}

/**
 * Functions through which a SELECT does more than read the tables that it names: they change who asks, run a text as another
 * statement, read files of the server's machine, take locks, end other people's work, or reach another server.
 */
const actingFunctions = [
  /^(set_config|pg_notify|nextval|setval|pg_export_snapshot)$/,
  // They run a text: of a query, or of a table's or cursor's name.
  /_to_xml|^(ts_stat|ts_rewrite|crosstab\w*|connectby|xpath_table|dblink\w*)$/,
  /^(pg_read_\w*file\w*|pg_ls_\w+|pg_stat_file|pg_file_\w+|pg_hba_file_rules|pg_ident_file_mappings|pg_show_all_file_settings|pg_current_logfile)$/,
  /^(lo_\w+|loread|lowrite)$/,
  /^pg_(try_)?advisory/,
  /^pg_(terminate|cancel)_backend$|^pg_(log_backend|reload_conf|rotate_logfile|promote|switch_|wal_replay_|backup_|start_backup|stop_backup)/,
  /^pg_(create_|drop_|copy_|sync_|logical_|replication_|import_|stat_reset|stat_force|restore_|clear_|set_\w+_stats|prewarm|autoprewarm)/,
  /^(brin_(de)?summarize_|gin_clean_pending_list|binary_upgrade_)/,
]

/** The table that may be named without its schema. */
export interface OwnTable {
  readonly layer: ServedLayer
  readonly name: string
}

/** Every table of silver and gold that the statement reads; throws what `refuse` makes for anything else. */
export function findReferences(
  statement: SyntaxNode,
  tokens: readonly Token[],
  {refuse, own}: {readonly refuse: Refuse; readonly own?: OwnTable | undefined},
): readonly ModelReference[] {
  if (!('SelectStmt' in statement)) throw refuse(0, 'a model is one SELECT')
  const references: ModelReference[] = []
  const visit = (node: unknown, ctes: ReadonlySet<string>): void => {
    if (Array.isArray(node)) {
      for (const item of node) visit(item, ctes)
      return
    }
    if (typeof node !== 'object' || node === null) return
    for (const [key, child] of Object.entries(node)) {
      const write = writes[key]
      if (write !== undefined) throw refuse(locationOf(child), `a model only reads: ${write} is not possible here`)
      if (key === 'FuncCall') checkFunction(child as FuncCall, refuse)
      if (key === 'RangeVar') references.push(...reference(child as RangeVar, {ctes, tokens, refuse, own}))
      else if (key === 'ColumnRef') checkColumn(child as ColumnRef, refuse)
      else if (isSelect(key, child)) visitSelect(child, ctes)
      else visit(child, ctes)
    }
  }
  // Names of a WITH are visible in what follows it; in a recursive one, in all of it.
  const visitSelect = (select: SyntaxNode, outer: ReadonlySet<string>): void => {
    const {withClause, ...rest} = select as {withClause?: {recursive?: boolean; ctes?: readonly {CommonTableExpr: SyntaxNode}[]}}
    const ctes = (withClause?.ctes ?? []).map(({CommonTableExpr}) => CommonTableExpr as {ctename?: string; ctequery?: unknown})
    const names = ctes.map(({ctename = ''}) => ctename)
    ctes.forEach((cte, index) => {
      visit(cte.ctequery, new Set([...outer, ...(withClause?.recursive ? names : names.slice(0, index))]))
    })
    visit(rest, new Set([...outer, ...names]))
  }
  visit(statement, new Set())
  return references
}

// Set operations hold their sides as bare statements under larg and rarg; joins hold wrapped nodes there.
function isSelect(key: string, child: unknown): child is SyntaxNode {
  if (typeof child !== 'object' || child === null) return false
  return key === 'SelectStmt' || ((key === 'larg' || key === 'rarg') && 'op' in child)
}

interface RangeVar {
  readonly catalogname?: string
  readonly schemaname?: string
  readonly relname?: string
  readonly inh?: boolean
  readonly alias?: unknown
  readonly location?: number
}

interface Reading {
  readonly ctes: ReadonlySet<string>
  readonly tokens: readonly Token[]
  readonly refuse: Refuse
  readonly own: OwnTable | undefined
}

function reference(table: RangeVar, {ctes, tokens, refuse, own}: Reading): readonly ModelReference[] {
  const {schemaname, relname = '', location: start = 0} = table
  if (schemaname === undefined && ctes.has(relname)) return []
  const needsAlias = table.alias === undefined
  const bare = schemaname === undefined ? tokens.find((token) => token.start === start) : undefined
  if (own !== undefined && bare !== undefined && table.inh === true && relname.toLowerCase() === own.name.toLowerCase())
    return [{...own, start, end: bare.end, needsAlias}]
  const name = [table.catalogname, schemaname, relname].filter(Boolean).join('.')
  if (table.catalogname !== undefined || (schemaname !== 'silver' && schemaname !== 'gold')) {
    throw refuse(start, `reads ${name}; a model reads silver.<dataset> and gold.<model> only`)
  }
  if (table.inh !== true) throw refuse(start, `only ${name}: leave "only" out`)
  // schema, dot, name: comments and spaces may lie between them.
  const first = tokens.findIndex((token) => token.start === start)
  const last = tokens[first + 2]
  if (first < 0 || last === undefined) throw refuse(start, `${name} is written in a way that is not supported here`)
  return [{layer: schemaname, name: relname, start, end: last.end, needsAlias}]
}

interface ColumnRef {
  readonly fields?: readonly SyntaxNode[]
  readonly location?: number
}

interface FuncCall {
  readonly funcname?: readonly {readonly String?: {readonly sval?: string}}[]
  readonly location?: number
}

function checkFunction({funcname = [], location = 0}: FuncCall, refuse: Refuse): void {
  const name = funcname.at(-1)?.String?.sval ?? ''
  if (actingFunctions.some((pattern) => pattern.test(name)))
    throw refuse(location, `a model only reads: function ${name} is not possible here`)
}

// The versioned table lies in another schema, so `silver.patient.id` would no longer name anything.
function checkColumn({fields = [], location = 0}: ColumnRef, refuse: Refuse): void {
  const [first] = fields as readonly {readonly String?: {readonly sval?: string}}[]
  const schema = first?.String?.sval
  if (fields.length < 3 || (schema !== 'silver' && schema !== 'gold')) return
  throw refuse(location, `a column is qualified with the schema ${schema}; use the table's name or an alias`)
}

function locationOf(node: unknown): number {
  if (typeof node !== 'object' || node === null) return 0
  const {location, relation, rel, lockedRels} = node as {location?: number; relation?: unknown; rel?: unknown; lockedRels?: unknown[]}
  if (location !== undefined) return location
  const inner = relation ?? rel ?? (lockedRels?.[0] as {RangeVar?: unknown} | undefined)?.RangeVar
  return inner === undefined ? 0 : locationOf(inner)
}
