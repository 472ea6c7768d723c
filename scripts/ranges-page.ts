// The page of the clinical pack's bounds, from the tables themselves.
import type {Bounds, PlausibleRange, RangePack} from '../src/core/clinical/plausible-range.ts'
import {rangePacks} from '../src/core/clinical/range-packs.ts'

export function rangesPage(): string {
  return `# Plausible ranges\n\n<!-- Written by \`node scripts/write-docs.ts\` from src/core/clinical; edit those. -->\n
What the tiers mean, where the bounds come from and how to use them: [clinical pack](clinical-pack.md).\n
${[...rangePacks.values()].map(packPart).join('\n')}`
}

const packPart = ({name, version, signedBy, ranges}: RangePack): string => `## ${name} ${version}

Signed by: ${signedBy ?? 'nobody yet'}. ${ranges.length} quantities, ${ranges.flatMap(({codes}) => codes).length} LOINC terms.

| LOINC | quantity | unit | impossible outside | unlikely outside (from 18 years) | other units | source |
| --- | --- | --- | --- | --- | --- | --- |
${ranges.map(rangeRow).join('\n')}
`

function rangeRow({codes, title, unit, otherUnits = {}, impossible, unlikely, sources, because}: PlausibleRange): string {
  const others = Object.keys(otherUnits).map((name) => `\`${name}\``)
  const cells = [codes.join(', '), title, `\`${unit}\``, said(impossible), said(unlikely), others.join(' '), sources.join(', ')]
  return `| ${cells.join(' | ')}${because === undefined ? '' : `: ${because}`} |`
}

function said([low, high]: Bounds): string {
  if (low === undefined && high === undefined) return ''
  if (high === undefined) return `${low} and more`
  return low === undefined ? `up to ${high}` : `${low} to ${high}`
}
