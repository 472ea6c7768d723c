// Types of SQL (PostgreSQL's names, and those that others use for the same) and the logical types of contracts.
import type {Scalar} from '../../errors/read-params.ts'
import type {LogicalType} from '../../model/contract.ts'
import type {PortableColumn} from './portable-table.ts'

const sqlNames: Readonly<Record<LogicalType, string>> = {
  string: 'text',
  integer: 'bigint',
  number: 'double precision',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp with time zone',
  time: 'time',
}

/** The type of a column as PostgreSQL has it; decimals keep their digits. */
export function sqlType({type, physicalType}: Pick<PortableColumn, 'type' | 'physicalType'>): string {
  return type === 'number' && /^(decimal|numeric)\s*\(/i.test(physicalType ?? '') ? (physicalType ?? '').toLowerCase() : sqlNames[type]
}

const names: readonly (readonly [pattern: RegExp, type: LogicalType])[] = [
  [/^(tiny|small|big|medium|huge)?int(eger|2|4|8|64)?$|^(small|big)?serial$|^long$/, 'integer'],
  [/^(double( precision)?|float(4|8|64)?|real|number)$|^(decimal|numeric)(\(.*\))?$|^bignumeric$/, 'number'],
  [/^bool(ean)?$|^bit$/, 'boolean'],
  [/^date$/, 'date'],
  [/^(timestamp|datetime)(2|tz|_ntz|_ltz|_tz)?(\(\d+\))?( with(out)? time zone)?$/, 'timestamp'],
  [/^time(\(\d+\))?( without time zone)?$/, 'time'],
  [/^(n?(var)?char(acter)?( varying)?|text|string|clob|uuid|(var)?char2)(\(.*\))?$/, 'string'],
]

/** undefined for types that no column of a contract has. */
export function logicalTypeOfSql(written: string): LogicalType | undefined {
  const name = written
    .trim()
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\s*\(\s*/g, '(')
    .replaceAll(/\s*\)/g, ')')
  return names.find(([pattern]) => pattern.test(name))?.[1]
}

/** For tools that put a value between quotes in their SQL as it stands: its own quotes are doubled. */
export const doubledQuotes = (value: Scalar): Scalar => (typeof value === 'string' ? value.replaceAll("'", "''") : value)
export const singleQuotes = (value: Scalar): Scalar => (typeof value === 'string' ? value.replaceAll("''", "'") : value)
