// The page of the clinical pack's bounds, from the tables themselves.
import {lifeStages} from '../src/core/clinical/life-stages.ts'
import {type Bounds, boundsFor, isBounded, type PlausibleRange, type RangePack} from '../src/core/clinical/plausible-range.ts'
import {rangePacks} from '../src/core/clinical/range-packs.ts'

export function rangesPage(): string {
  return `# Plausible ranges\n\n<!-- Written by \`node scripts/write-docs.ts\` from src/core/clinical; edit those. -->\n
What the tiers mean, where the bounds come from and how to use them: [clinical pack](clinical-pack.md).\n
${[...rangePacks.values()].map(packPart).join('\n')}`
}

const packPart = ({name, version, ranges}: RangePack): string => `## ${name} ${version}

${ranges.length} quantities, ${ranges.flatMap(({codes}) => codes).length} LOINC terms. ${signedPart(ranges)}

| LOINC | quantity | unit | impossible outside | unlikely outside | other units | since | source |
| --- | --- | --- | --- | --- | --- | --- | --- |
${ranges.map(rangeRow).join('\n')}

Unlikely bounds are those of adults; with a star they hold for everybody. Where a stage of life has bounds of its own, these count:

| quantity | unit | tier | ${children.map(({title}) => title).join(' | ')} |
| --- | --- | --- | ${children.map(() => '---').join(' | ')} |
${ranges.flatMap(stageRows).join('\n')}

By sex, where it differs:

${ranges.flatMap(sexLines).join('\n')}
`

const children = lifeStages.filter(({name}) => name !== 'adult')

function signedPart(ranges: readonly PlausibleRange[]): string {
  const unsigned = ranges.filter(({signedBy}) => signedBy === null).length
  return unsigned === 0 ? 'All are signed.' : `Signed by nobody yet: ${unsigned} of ${ranges.length}.`
}

function rangeRow(range: PlausibleRange): string {
  const {codes, title, unit, otherUnits = {}, impossible, unlikely, isForAll, sources, because, version} = range
  const others = Object.keys(otherUnits).map((name) => `\`${name}\``)
  const likely = `${said(unlikely)}${isForAll && isBounded(unlikely) ? ' *' : ''}`
  const cells = [codes.join(', '), title, `\`${unit}\``, said(impossible), likely, others.join(' '), version, sources.join(', ')]
  return `| ${cells.join(' | ')}${because === undefined ? '' : `: ${because}`} |`
}

function stageRows(range: PlausibleRange): readonly string[] {
  return tiers.flatMap((tier) => {
    if (!children.some(({name}) => range.stages[name]?.[tier] !== undefined)) return []
    const cells = children.map(({name}) => said(boundsFor(range, tier, {stage: name, sex: 'male'})))
    return [`| ${[range.title, `\`${range.unit}\``, tier, ...cells].join(' | ')} |`]
  })
}

const tiers = ['impossible', 'unlikely'] as const

function sexLines({title, unit, bySex}: PlausibleRange): readonly string[] {
  return Object.entries(bySex).flatMap(([sex, stages]) =>
    Object.entries(stages).flatMap(([stage, own]) =>
      Object.entries(own).map(([tier, bounds]) => `- ${title} (\`${unit}\`), ${sex}, ${stage}: ${tier} outside ${said(bounds)}`),
    ),
  )
}

function said([low, high]: Bounds): string {
  if (low === undefined && high === undefined) return ''
  if (high === undefined) return `${low} and more`
  return low === undefined ? `up to ${high}` : `${low} to ${high}`
}
