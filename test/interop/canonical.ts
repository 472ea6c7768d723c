// Rows as text that readers in other languages can print the same way: one JSON array a row, in the order of the columns.
import type {Row} from '../../src/core/engine/engine.ts'
import type {ScalarType, ScalarValue} from '../../src/core/expr/expr.ts'
import type {PlanColumn} from '../../src/core/expr/plan.ts'

/** Sorted lines. Doubles as the hexadecimal digits of their bytes, timestamps without trailing zeros. */
export function canonicalRows(rows: readonly Row[], columns: readonly PlanColumn[]): readonly string[] {
  return rows.map((row) => JSON.stringify(columns.map(({name, type}) => canonical(row[name] ?? null, type)))).sort()
}

function canonical(value: ScalarValue, type: ScalarType): string | null {
  if (value === null) return null
  if (type !== 'float64') return String(value)
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(Number(value))
  return bytes.toString('hex')
}
