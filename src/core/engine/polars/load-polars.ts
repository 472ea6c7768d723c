// Polars with the door to its native expressions. The package's own object for an expression makes all of its two hundred
// methods anew, half a millisecond each time; a plan of five hundred expressions would spend more on them than on reading
// the file. Its frames only ask for `_expr` and the tag.
import {createRequire} from 'node:module'
import type {Expr, pl as Package} from 'nodejs-polars'

/** An expression as the native part knows it. */
interface NativeExpr {
  serialize(format: 'bincode'): Buffer
}

export interface NativeExprs {
  deserialize(bytes: Buffer, format: 'json' | 'bincode'): NativeExpr
}

export type Polars = typeof Package & {readonly nativeExprs: NativeExprs}

export async function loadPolars(): Promise<Polars> {
  const {default: pl} = await import('nodejs-polars')
  const {JsExpr} = createRequire(import.meta.url)('nodejs-polars/bin/native-polars.js') as {readonly JsExpr: NativeExprs}
  return Object.assign(Object.create(pl) as typeof Package, {nativeExprs: JsExpr})
}

/** A native expression in a coat that frames accept. */
export function asExpr(native: NativeExpr): Expr {
  return {_expr: native, [Symbol.toStringTag]: () => 'Expr'} as unknown as Expr
}
