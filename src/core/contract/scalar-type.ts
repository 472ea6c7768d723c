// The engine's type of a contract column, and how its text is read.
import type {Expr, ParseTarget, ScalarType} from '../expr/expr.ts'
import type {PlanColumn} from '../expr/plan.ts'
import {type Column, isProtected} from '../model/contract.ts'

/** A decimal's digits from a physical type such as DECIMAL(18,4), or undefined for other types. */
export function decimalDigits(physicalType: string | undefined): {readonly precision: number; readonly scale: number} | undefined {
  const [, precision, scale = '0'] = /^(?:decimal|numeric)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)$/i.exec(physicalType?.trim() ?? '') ?? []
  return precision === undefined ? undefined : {precision: Number(precision), scale: Number(scale)}
}

/** Times of day stay text: ISO times sort as text, and no engine shares a time type. */
export function scalarType(column: Pick<Column, 'logicalType' | 'physicalType'>): ScalarType {
  switch (column.logicalType) {
    case 'string':
    case 'time':
      return 'string'
    case 'integer':
      return 'int64'
    case 'number': {
      const digits = decimalDigits(column.physicalType)
      return digits === undefined ? 'float64' : {kind: 'decimal', ...digits}
    }
    default:
      return column.logicalType
  }
}

/** Reads normalised text as the column's value; text columns are their text. */
export function typedExpr(column: Column, text: Expr): Expr {
  const type = scalarType(column)
  if (type === 'string') return text
  return {kind: 'parse', of: text, as: parseTarget(column, type)}
}

function parseTarget(column: Column, type: Exclude<ScalarType, 'string'>): ParseTarget {
  if (typeof type === 'object') return {type}
  switch (type) {
    case 'date':
      return {type, formats: column.formats}
    case 'timestamp':
      return {type, formats: column.formats, ...(column.offsetRequired ? {offsetRequired: true} : {})}
    case 'float64':
      return {type, ...(column.plainNumber ? {plain: true} : {})}
    default:
      return {type}
  }
}

export function planColumn(column: Column): PlanColumn {
  return {name: column.name, type: scalarType(column)}
}

/** Names of columns whose values people must not see unmasked. */
export function protectedColumns(columns: readonly Column[]): readonly string[] {
  return columns.filter(isProtected).map(({name}) => name)
}
