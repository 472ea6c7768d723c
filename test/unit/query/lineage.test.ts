import {describe, expect, it} from 'vitest'
import type {SnapshotRef} from '../../../src/core/model/lineage.ts'
import {lineageTree} from '../../../src/core/query/lineage.ts'
import type {LineageNode} from '../../../src/core/query/reader.ts'

const table = (name: string): SnapshotRef => ({layer: 'silver', name, version: 1})
const edge = (from: string, to: string) => ({run: 'r', at: '2026-03-04T05:00:00.000Z', from: table(from), to: table(to)})
const names = (nodes: readonly LineageNode[]): unknown[] =>
  nodes.map(({ref, isRepeat, children}) => [ref.name + (isRepeat ? ' again' : ''), ...names(children)])

describe('lineageTree', () => {
  it('shows a table that is reached twice once with what is beyond it', () => {
    const edges = [edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd'), edge('x', 'a')]

    expect(names(lineageTree(table('d'), edges, 'upstream'))).toEqual([
      ['b', ['a', ['x']]],
      ['c', ['a again']],
    ])
  })

  it('ends although tables feed each other', () => {
    const edges = [edge('a', 'b'), edge('b', 'a')]

    expect(names(lineageTree(table('a'), edges, 'downstream'))).toEqual([['b', ['a again']]])
  })
})
