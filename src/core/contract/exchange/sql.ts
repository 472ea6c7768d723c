// SQL: a CREATE TABLE for PostgreSQL with its constraints, and the columns, keys and constraints of one that somebody else wrote. Conditions
// are read where they say what a portable table can hold, else they are noted.
import {HippoError} from '../../errors/hippo-error.ts'
import type {Scalar} from '../../errors/read-params.ts'
import {ofWholeText} from './found-anywhere.ts'
import type {Bounds, ContractFormat, PortableColumn, PortableTable} from './portable-table.ts'
import {readCreateTable} from './read-create-table.ts'
import {sqlType} from './sql-types.ts'

export const sql: ContractFormat = {
  name: 'sql',
  title: 'SQL (PostgreSQL)',
  extension: 'sql',
  write: ({table, notes}) => {
    const {name, columns, key, description, isNeverEmpty} = table
    const lines = [
      ...columns.map(
        (column) => `  ${quoted(column.name)} ${sqlType(column)}${column.required ? ' not null' : ''}${column.unique ? ' unique' : ''}`,
      ),
      ...(key.length === 0 ? [] : [`  primary key (${key.map(quoted).join(', ')})`]),
      ...columns.flatMap((column) => constraintsOf(column).map((condition) => `  check (${condition})`)),
    ]
    const comments = [
      ...(description === undefined ? [] : [`comment on table ${quoted(name)} is ${text(description)};`]),
      ...columns.flatMap((column) =>
        column.description === undefined
          ? []
          : [`comment on column ${quoted(name)}.${quoted(column.name)} is ${text(column.description)};`],
      ),
    ]
    return {
      text: `create table ${quoted(name)} (\n${lines.join(',\n')}\n);\n${comments.map((line) => `${line}\n`).join('')}${referencesOf(table)}`,
      notes: [
        ...notes,
        ...(isNeverEmpty ? ['that there is at least one row is left out'] : []),
        ...columns.flatMap((column) => [
          ...(column.type === 'time' && column.pattern !== undefined
            ? [`the pattern of ${column.name} is left out: it is a time there, not a text`]
            : []),
          ...(column.classification === undefined ? [] : [`the classification of ${column.name} is left out`]),
        ]),
      ],
    }
  },
  read: (text, {table}) => {
    const read = readCreateTable(text, table)
    if (read === undefined) throw new HippoError('CONTRACT_INVALID', {message: 'the file has no CREATE TABLE that can be read'})
    return read
  },
}

/** Always quoted: any plain word may be reserved, and which are differs between databases. */
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`
const value = (one: Scalar): string => (typeof one === 'string' ? text(one) : String(one))

const operators: Readonly<Record<keyof Bounds, string>> = {min: '>=', max: '<=', exclusiveMin: '>', exclusiveMax: '<'}

function constraintsOf({name, type, bounds, minLength, maxLength, pattern, values}: PortableColumn): readonly string[] {
  const column = quoted(name)
  // Written times of day are text in hippo; PostgreSQL compares them by its own type.
  const bound = (one: number | string): string => (typeof one === 'number' ? String(one) : `${type === 'time' ? 'time ' : ''}${text(one)}`)
  return [
    ...Object.entries(bounds).map(([kind, limit]) => `${column} ${operators[kind as keyof Bounds]} ${bound(limit)}`),
    ...(minLength === undefined ? [] : [`length(${column}) >= ${minLength}`]),
    ...(maxLength === undefined ? [] : [`length(${column}) <= ${maxLength}`]),
    ...(pattern === undefined || type === 'time' ? [] : [`${column} ~ ${text(ofWholeText(pattern))}`]),
    ...(values === undefined ? [] : [`${column} in (${values.map(value).join(', ')})`]),
  ]
}

/** After the table and apart from it: the other table may not be there yet. */
function referencesOf({name, columns}: PortableTable): string {
  const lines = columns.flatMap((column) =>
    column.refersTo === undefined
      ? []
      : [
          `-- alter table ${quoted(name)} add foreign key (${quoted(column.name)}) references ${quoted(column.refersTo.dataset)} (${quoted(column.refersTo.column)});`,
        ],
  )
  return lines.length === 0 ? '' : `-- Once the other tables are there:\n${lines.join('\n')}\n`
}
