// Reads CREATE TABLE as most databases write it: columns, types, not null, unique, primary key, references, and check constraints of the
// plain forms (a column against a value, a list, a length, a pattern). Anything else is a note. Not a parser of SQL as such.
import type {Scalar} from '../../errors/read-params.ts'
import {foundAnywhere} from './found-anywhere.ts'
import type {Bounds, Carried, PortableColumn} from './portable-table.ts'
import {readAround} from './sql-statements.ts'
import {insideParentheses, maskQuoted, replaceQuoted, topLevelParts, unquoted, withoutComments, withoutCopiedRows} from './sql-text.ts'
import {logicalTypeOfSql} from './sql-types.ts'

type Facts = {-readonly [K in keyof PortableColumn]: PortableColumn[K]}

interface Reading {
  readonly columns: Map<string, Facts>
  readonly notes: string[]
  key: readonly string[]
}

/** The named table, or the first; undefined when there is none. */
export function readCreateTable(text: string, wanted: string | undefined): Carried | undefined {
  const sql = withoutComments(withoutCopiedRows(text))
  const head =
    /create\s+(?:(?:or\s+replace|global|local|temporary|temp|unlogged|transient|external)\s+)*table\s+(?:if\s+not\s+exists\s+)?([^\s(]+)\s*\(/gi
  for (let found = head.exec(sql); found !== null; found = head.exec(sql)) {
    const name = bare((found[1] ?? '').split('.').at(-1) ?? '')
    if (wanted !== undefined && name.toLowerCase() !== wanted.toLowerCase()) continue
    const reading: Reading = {columns: new Map(), notes: [], key: []}
    for (const part of topLevelParts(insideParentheses(sql, head.lastIndex))) readPart(part.trim(), reading)
    if (reading.columns.size === 0) return undefined
    const end = head.lastIndex + insideParentheses(sql, head.lastIndex).length + 1
    const tail = tailOf(sql.slice(end))
    const around = readAround(sql.slice(0, found.index), sql.slice(end + tail.length), name)
    for (const part of around.added) readPart(part, reading)
    for (const [column, facts] of reading.columns) {
      const description = around.columnDescriptions.get(column.toLowerCase())
      if (description !== undefined) facts.description = description
    }
    const about = around.description === undefined ? {} : {description: around.description}
    const said = replaceQuoted(tail, (quoted) => (quoted.startsWith("'") ? "'…'" : quoted)).trim()
    return {
      table: {
        name: name.toLowerCase(),
        version: '0.1.0',
        ...about,
        columns: [...reading.columns.values()],
        key: reading.key,
        isNeverEmpty: false,
      },
      notes: [...reading.notes, ...(said === '' ? [] : [short(said)]), ...around.others],
    }
  }
  return undefined
}

/** What stands behind the columns and still is of the table: up to a semicolon, or to a line that begins another statement. */
function tailOf(after: string): string {
  const end = maskQuoted(after).search(
    /;|\n[ \t]*(?:create|comment\s+on|alter|insert|replace|drop|grant|revoke|set|go|copy|select|update|delete|merge|use|begin|commit|lock)\b/i,
  )
  return end < 0 ? after : after.slice(0, end)
}

const bare = (name: string): string => name.replace(/^["'`[]|["'`\]]$/g, '')

function readPart(part: string, reading: Reading): void {
  const constraint = part.replace(/^constraint\s+\S+\s+/i, '')
  const [, kind, list] = /^(primary\s+key|unique)\s*\(([^)]*)\)/i.exec(constraint) ?? []
  if (kind !== undefined && list !== undefined)
    readKey(
      kind,
      list.split(',').map((name) => bare(name.trim())),
      reading,
    )
  else if (/^check\s*\(/i.test(constraint)) readCheck(insideParentheses(constraint, constraint.indexOf('(') + 1), reading)
  else if (/^foreign\s+key/i.test(constraint)) readForeignKey(constraint, reading)
  else if (constraint !== part || /^(exclude|like|index|key)\b/i.test(part)) reading.notes.push(short(part))
  else readColumn(part, reading)
}

const short = (part: string): string => part.slice(0, 1000).replaceAll(/\s+/g, ' ').slice(0, 100)

function readKey(kind: string, names: readonly string[], reading: Reading): void {
  if (/^primary/i.test(kind)) {
    reading.key = names
    for (const name of names) require(reading, name)
    return
  }
  const [only] = names
  const column = names.length === 1 && only !== undefined ? reading.columns.get(only) : undefined
  if (column === undefined) reading.notes.push(`unique (${names.join(', ')})`)
  else column.unique = true
}

function require({columns}: Reading, name: string): void {
  const column = columns.get(name)
  if (column !== undefined) column.required = true
}

function readForeignKey(constraint: string, reading: Reading): void {
  const [, ours = '', table = '', theirs = ''] =
    /^foreign\s+key\s*\(([^)]*)\)\s*references\s+([^\s(]+)\s*\(([^)]*)\)/i.exec(constraint) ?? []
  const column = ours.includes(',') ? undefined : reading.columns.get(bare(ours.trim()))
  if (column === undefined || theirs === '') reading.notes.push(short(constraint))
  else {
    column.refersTo = {dataset: bare(table.split('.').at(-1) ?? ''), column: bare(theirs.trim())}
    noteActions(constraint, column.name, reading.notes)
  }
}

/** What a reference does when the other row changes; a contract has no word for it. */
function noteActions(written: string, column: string, notes: string[]): void {
  for (const [action] of written.matchAll(/\bon\s+(delete|update)\s+(cascade|restrict|no\s+action|set\s+null|set\s+default)/gi))
    notes.push(`${short(action)} of ${column}`)
}

const words =
  /(?<!\s)\s+(not\s+null|null|unique|primary\s+key|references|check|default|generated|collate|comment|constraint|auto_increment|encode|distkey|sortkey)\b/i

function readColumn(part: string, reading: Reading): void {
  const [, written = '', rest = ''] = /^("[^"]+"(?:"[^"]+")*|`[^`]+`|\[[^\]]+\]|\S+)\s+([\s\S]*)$/.exec(part) ?? []
  const name = bare(written)
  const typed = rest.split(words)[0] ?? ''
  const type = logicalTypeOfSql(typed)
  if (name === '' || typed === '') {
    reading.notes.push(short(part))
    return
  }
  if (type === undefined) reading.notes.push(`${name} is ${typed.trim()}: it is taken as text`)
  const [, size] = /^n?(?:var)?char[^(]*\((\d+)\)/i.exec(typed.trim()) ?? []
  const facts: Facts = {
    name,
    type: type ?? 'string',
    ...(/^(decimal|numeric)\s*\(/i.test(typed.trim()) ? {physicalType: typed.trim().toUpperCase()} : {}),
    required: /\bnot\s+null\b|\bprimary\s+key\b/i.test(rest),
    unique: /\bunique\b/i.test(rest),
    bounds: {},
    ...(size === undefined ? {} : {maxLength: Number(size)}),
  }
  reading.columns.set(name, facts)
  if (/\bprimary\s+key\b/i.test(rest)) reading.key = [name]
  const [, table, column] = /\breferences\s+([^\s(]+)\s*\(\s*([^)\s]+)\s*\)/i.exec(rest) ?? []
  if (table !== undefined && column !== undefined) facts.refersTo = {dataset: bare(table.split('.').at(-1) ?? ''), column: bare(column)}
  const check = /\bcheck\s*\(/i.exec(rest)
  if (check) readCheck(insideParentheses(rest, check.index + check[0].length), reading)
  noteActions(rest, name, reading.notes)
  const comment = /\bcomment\s+(?=')/i.exec(rest)
  if (comment) facts.description = unquoted(rest.slice(comment.index + comment[0].length))
  for (const word of ['default', 'generated', 'collate'])
    if (new RegExp(`\\b${word}\\b`, 'i').test(rest)) reading.notes.push(`${word} of ${name}`)
}

const boundKinds: Readonly<Record<string, keyof Bounds>> = {'>=': 'min', '<=': 'max', '>': 'exclusiveMin', '<': 'exclusiveMax'}

/** A column against a value; the whole of a condition or one side of an AND. */
const plainBound = /^("?\w+"?)\s*(>=|<=|>|<)\s*(?:date|time|timestamp)?\s*('[^']*'|-?[\d.]+)$/i

function readCheck(condition: string, {columns, notes}: Reading): void {
  const said = condition.trim()
  const sides = said.split(/(?<!\s)\s+and\s+/i)
  if (sides.length > 1 && sides.every((side) => plainBound.test(side))) {
    for (const side of sides) readCheck(side, {columns, notes, key: []})
    return
  }
  const named = (name: string | undefined): Facts | undefined => columns.get(bare(name ?? ''))
  const [, compared, operator, limit] = plainBound.exec(said) ?? []
  const [, sized, sizeOperator, size] = /^(?:char_)?length\(\s*("?\w+"?)\s*\)\s*(>=|<=)\s*(\d+)$/i.exec(said) ?? []
  const [, listed, list] = /^("?\w+"?)\s+in\s*\(([\s\S]*)\)$/i.exec(said) ?? []
  const [, matched, pattern] = /^("?\w+"?)\s*~\s*'((?:[^']|'')*)'$/.exec(said) ?? []
  const [, between, low, high] = /^("?\w+"?)\s+between\s+(-?[\d.]+|'[^']*')\s+and\s+(-?[\d.]+|'[^']*')$/i.exec(said) ?? []
  const column = named(compared ?? sized ?? listed ?? matched ?? between)
  if (column === undefined) notes.push(`check (${short(said)})`)
  else if (limit !== undefined && operator !== undefined) column.bounds = {...column.bounds, [boundKinds[operator] ?? 'min']: scalar(limit)}
  else if (size !== undefined) Object.assign(column, sizeOperator === '>=' ? {minLength: Number(size)} : {maxLength: Number(size)})
  else if (list !== undefined) column.values = topLevelParts(list).map((one) => scalar(one.trim()))
  else if (pattern !== undefined) {
    const written = pattern.replaceAll("''", "'")
    column.pattern = foundAnywhere(written) ?? written
  } else if (low !== undefined && high !== undefined) column.bounds = {min: bound(low), max: bound(high)}
}

function scalar(written: string): Scalar {
  if (written.startsWith("'")) return written.slice(1, -1).replaceAll("''", "'")
  return /^(true|false)$/i.test(written) ? written.toLowerCase() === 'true' : Number(written)
}

const bound = (written: string): number | string => {
  const value = scalar(written)
  return typeof value === 'boolean' ? String(value) : value
}
