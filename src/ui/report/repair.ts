// What a repair of a table found, does or did, and what a person does next.
import type {TableRepair} from '../../core/model/repair.ts'
import {headline, wrap} from './lines.ts'
import {type Paper, plain} from './paper.ts'
import type {Mark} from './state-word.ts'
import {untrusted} from './untrusted.ts'

const mostDamages = 20

/** One line a damage, then the steps. */
export function repairReport({table, state, damages, readable, steps, next}: TableRepair, paper: Paper): string {
  const line = (text: string) => wrap(paper, `  ${plain(paper, untrusted(text))}`, 2, 4)
  const more = damages.length > mostDamages ? [`and ${damages.length - mostDamages} more`] : []
  const found = [...damages.slice(0, mostDamages).map(({key, what}) => `${key}: ${what}`), ...more]
  const kept = state === 'sound' ? [] : [readable === undefined ? 'no version can be read whole' : `version ${readable} can be read whole`]
  return [
    ...found.flatMap(line),
    ...kept.flatMap(line),
    ...(steps.length > 0 ? wrap(paper, state === 'repaired' ? 'done:' : 'the repair would:', 0, 2) : []),
    ...steps.flatMap((step) => line(`- ${step}`)),
    ...next.flatMap((one) => wrap(paper, `next: ${plain(paper, untrusted(one))}`, 0, 6)),
    ...headline(paper, verdicts[state](table)),
  ].join('\n')
}

const verdicts: Readonly<Record<TableRepair['state'], (table: string) => {mark: Mark; text: string}>> = {
  sound: (table) => ({mark: 'ok', text: `${table}: nothing to mend`}),
  planned: (table) => ({mark: 'warn', text: `nothing was changed; do it with hippo doctor --repair ${table} --yes`}),
  repaired: (table) => ({mark: 'ok', text: `${table} is repaired`}),
  beyond: (table) => ({mark: 'failed', text: `${table} cannot be mended here`}),
}
