// Lineage as a tree of text: what a snapshot was made from, down to files, and what was made from it.
import type {LineageEdge, SnapshotRef} from '../../core/model/lineage.ts'
import {shortRunId} from './format.ts'
import {type Paper, paint} from './paper.ts'
import {untrusted} from './untrusted.ts'

export interface LineageProps {
  readonly of: SnapshotRef
  readonly edges: readonly LineageEdge[]
}

const keyOf = ({layer, name, version}: SnapshotRef): string => `${layer}\u0000${name}\u0000${version}`

/** Upstream and downstream trees of one snapshot; a snapshot met twice is drawn once. */
export function lineageReport({of, edges}: LineageProps, paper: Paper): string {
  const up = Map.groupBy(edges, ({to}) => keyOf(to))
  const down = Map.groupBy(edges, ({from}) => keyOf(from))
  const upstream = branch(of, (ref) => (up.get(keyOf(ref)) ?? []).map(({from, run}) => ({ref: from, run})), paper)
  const downstream = branch(of, (ref) => (down.get(keyOf(ref)) ?? []).map(({to, run}) => ({ref: to, run})), paper)
  const title = paint(paper, 'strong', label(of))
  return [
    title,
    paint(paper, 'quiet', '  made from'),
    ...(upstream.length > 0 ? upstream : ['    nothing that hippo knows']),
    paint(paper, 'quiet', '  used by'),
    ...(downstream.length > 0 ? downstream : ['    nothing yet']),
  ].join('\n')
}

interface Link {
  readonly ref: SnapshotRef
  readonly run: string
}

function branch(root: SnapshotRef, linksOf: (ref: SnapshotRef) => readonly Link[], paper: Paper): readonly string[] {
  const seen = new Set([keyOf(root)])
  const walk = (ref: SnapshotRef, depth: number): readonly string[] =>
    linksOf(ref).flatMap(({ref: next, run}) => {
      const isNew = !seen.has(keyOf(next))
      seen.add(keyOf(next))
      const again = isNew ? '' : ' (above)'
      const line = `${'  '.repeat(depth + 2)}${label(next)}${paint(paper, 'quiet', `  run ${shortRunId(run)}${again}`)}`
      return [line, ...(isNew ? walk(next, depth + 1) : [])]
    })
  return walk(root, 0)
}

function label({layer, name, version}: SnapshotRef): string {
  if (layer === 'source') return `file sha256 ${untrusted(name.slice(0, 12))}`
  return layer === 'bronze' ? `bronze batch ${version} ${untrusted(name)}`.trimEnd() : `${layer}.${untrusted(name)} v${version}`
}
