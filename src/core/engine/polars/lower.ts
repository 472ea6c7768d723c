// Hands expressions and plans to Polars through its serialized forms. JSON is read by name, so a renamed node fails loudly,
// but its reader stops at 128 levels; deeper trees are cut into pieces that meet in the binary form. `sinkAll` makes the
// one plan that nodejs-polars has no method for: several sinks over one shared scan.
import type {Expr, LazyDataFrame} from 'nodejs-polars'
import {HippoError} from '../../errors/hippo-error.ts'
import {col, type Dsl} from './dsl.ts'
import {asExpr, type Polars} from './load-polars.ts'

/** serde_json refuses 128; an expression sits a few levels inside its piece. */
const maxDepth = 96

/** A Polars expression from its tree. */
export function lower(pl: Polars, tree: Dsl): Expr {
  const pieces: Piece[] = []
  const root = cut(tree, pieces)
  if (pieces.length === 0) return asExpr(pl.nativeExprs.deserialize(Buffer.from(toJson(root.tree)), 'json'))
  let bytes = encode(pl, root.tree)
  for (const piece of pieces.reverse()) bytes = replaceOnce(bytes, encode(pl, col(piece.name)), encode(pl, piece.tree))
  return asExpr(pl.nativeExprs.deserialize(bytes, 'bincode'))
}

/** One plan that computes all of the given sinks, each shared part once. */
export function sinkAll(pl: Polars, sinks: readonly LazyDataFrame[]): LazyDataFrame {
  const stand = sinks.map((_, index) => pl.DataFrame([pl.Series(`sink ${index}`, [], pl.String)]).lazy())
  const template = {SinkMultiple: {inputs: stand.map((frame) => JSON.parse(frame.serialize('json').toString()) as Dsl)}}
  let bytes = pl.LazyDataFrame.deserialize(Buffer.from(JSON.stringify(template)), 'json').serialize('bincode')
  for (const [index, sink] of sinks.entries()) {
    const place = stand[index]
    if (place !== undefined) bytes = replaceOnce(bytes, place.serialize('bincode'), sink.serialize('bincode'))
  }
  return pl.LazyDataFrame.deserialize(bytes, 'bincode')
}

/** A part of a tree that a marker column stands for. */
interface Piece {
  readonly name: string
  readonly tree: Dsl
}

interface Cut {
  readonly tree: Dsl
  readonly depth: number
}

/** Replaces expressions that would nest too deep by marker columns; inner pieces come before outer ones. */
function cut(tree: Dsl, pieces: Piece[]): Cut {
  if (tree === null || typeof tree !== 'object') return {tree, depth: 0}
  if (isList(tree)) {
    const parts = tree.map((part) => cut(part, pieces))
    return {tree: parts.map((part) => part.tree), depth: 1 + Math.max(0, ...parts.map((part) => part.depth))}
  }
  const parts = Object.entries(tree).map(([key, value]) => [key, cut(value, pieces)] as const)
  const whole = {
    tree: Object.fromEntries(parts.map(([key, part]) => [key, part.tree])),
    depth: 1 + Math.max(0, ...parts.map(([, part]) => part.depth)),
  }
  if (whole.depth < maxDepth || !isExpression(tree)) return whole
  return {tree: setAside(whole.tree, pieces), depth: 1}
}

function setAside(tree: Dsl, pieces: Piece[]): Dsl {
  const name = `\u0000hippo piece ${pieces.length}\u0000`
  pieces.push({name, tree})
  return col(name)
}

const expressionNodes = new Set(['BinaryExpr', 'Ternary', 'Cast'])

/** Function and BinaryExpr also name nodes that are no expressions, so what is inside decides. */
function isExpression(tree: {readonly [key: string]: Dsl}): boolean {
  const [name] = Object.keys(tree)
  if (name === undefined || Object.keys(tree).length !== 1) return false
  const inner = tree[name]
  const fields = inner !== undefined && inner !== null && typeof inner === 'object' && !isList(inner) ? Object.keys(inner) : []
  return name === 'Function' ? fields.includes('input') : expressionNodes.has(name) && fields.length === 3
}

function encode(pl: Polars, tree: Dsl): Buffer {
  return pl.nativeExprs.deserialize(Buffer.from(toJson(tree)), 'json').serialize('bincode')
}

function isList(tree: readonly Dsl[] | {readonly [key: string]: Dsl}): tree is readonly Dsl[] {
  return Array.isArray(tree)
}

/** JSON with integers of any size; JSON.stringify refuses bigint. */
function toJson(tree: Dsl): string {
  if (typeof tree === 'bigint') return tree.toString()
  if (tree === null || typeof tree !== 'object') return JSON.stringify(tree)
  if (isList(tree)) return `[${tree.map(toJson).join(',')}]`
  return `{${Object.entries(tree)
    .map(([key, value]) => `${JSON.stringify(key)}:${toJson(value)}`)
    .join(',')}}`
}

/** The bytes with one occurrence of `find` exchanged; ENGINE_FAILED when there is none or more than one. */
export function replaceOnce(bytes: Buffer, find: Buffer, by: Buffer): Buffer {
  const at = bytes.indexOf(find)
  if (at < 0 || bytes.indexOf(find, at + 1) >= 0) throw new HippoError('ENGINE_FAILED', {message: 'a plan could not be assembled'})
  return Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + find.length)])
}
