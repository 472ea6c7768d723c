// Computes what several expressions have in common once. The builders in this folder reuse one object wherever they mean
// one value, so sharing is found by identity; written out, the tree of a timestamp alone would have thousands of nodes, which
// Polars would evaluate one by one (its own search for common parts gives up on such trees: 70 times slower when measured).
import {col, type Dsl} from './dsl.ts'

export interface Shared {
  /** Columns to add first, one step after the other; those of a step need only earlier ones. */
  readonly steps: readonly (readonly {readonly name: string; readonly of: Dsl}[])[]
  readonly trees: readonly Dsl[]
}

/** Moves every expression that occurs more than once into a column of its own. */
export function shareParts(trees: readonly Dsl[], newName: () => string): Shared {
  const uses = new Map<object, number>()
  for (const tree of trees) countUses(tree, uses)
  const sharer = new Sharer(uses, newName)
  const rewritten = trees.map((tree) => sharer.rewrite(tree).tree)
  return {steps: sharer.steps, trees: rewritten}
}

function countUses(tree: Dsl, uses: Map<object, number>): void {
  if (isLeaf(tree)) return
  const known = uses.get(tree) ?? 0
  uses.set(tree, known + 1)
  if (known > 0) return
  for (const part of Object.values(tree) as Dsl[]) countUses(part, uses)
}

interface Rewritten {
  readonly tree: Dsl
  /** Steps that must have run before. */
  readonly after: number
}

class Sharer {
  readonly steps: {name: string; of: Dsl}[][] = []
  readonly #uses: ReadonlyMap<object, number>
  readonly #newName: () => string
  readonly #done = new Map<object, Rewritten>()

  constructor(uses: ReadonlyMap<object, number>, newName: () => string) {
    this.#uses = uses
    this.#newName = newName
  }

  rewrite(tree: Dsl): Rewritten {
    if (isLeaf(tree)) return {tree, after: 0}
    const known = this.#done.get(tree)
    if (known !== undefined) return known
    const inner = this.#rewriteParts(tree)
    const isShared = (this.#uses.get(tree) ?? 0) > 1 && isComputation(inner.tree)
    const result = isShared ? this.#share(inner) : inner
    this.#done.set(tree, result)
    return result
  }

  #rewriteParts(tree: Inner): Rewritten {
    let after = 0
    const change = (part: Dsl): Dsl => {
      const changed = this.rewrite(part)
      after = Math.max(after, changed.after)
      return changed.tree
    }
    if (isList(tree)) return {tree: tree.map(change), after}
    const entries = Object.entries(tree).map(([key, part]) => [key, change(part)] as const)
    return {tree: Object.fromEntries(entries), after}
  }

  #share({tree, after}: Rewritten): Rewritten {
    const name = this.#newName()
    const step = this.steps[after] ?? []
    this.steps[after] = step
    step.push({name, of: tree})
    return {tree: col(name), after: after + 1}
  }
}

/** An expression that costs something and gives one value a row: no column, literal or aggregate. */
function isComputation(tree: Dsl): boolean {
  if (isLeaf(tree)) return false
  const [[node, inner] = ['', null]] = Object.entries(tree)
  const needed = {BinaryExpr: 'left', Ternary: 'predicate', Cast: 'expr', Function: 'input'}[node]
  // `BinaryExpr` also names a group of functions, so what is inside decides.
  const isNode = needed !== undefined && typeof inner === 'object' && inner !== null && needed in inner
  return isNode && some(tree, (key) => key === 'Column') && !some(tree, (key, value) => key === 'Agg' || value === 'Len')
}

function some(tree: Dsl, test: (key: string, value: Dsl) => boolean): boolean {
  if (isLeaf(tree)) return false
  return (Object.entries(tree) as [string, Dsl][]).some(([key, value]) => test(key, value) || some(value, test))
}

type Inner = readonly Dsl[] | {readonly [key: string]: Dsl}

function isLeaf(tree: Dsl): tree is Exclude<Dsl, Inner> {
  return tree === null || typeof tree !== 'object'
}

function isList(tree: Inner): tree is readonly Dsl[] {
  return Array.isArray(tree)
}
