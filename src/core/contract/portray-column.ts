// What a sample shows of a column to a person: its quantiles, the forms of its texts, the values that are most frequent. Of a
// column that may tell who somebody is, forms are without lengths, and values and numbers are not shown at all.
import {masked} from '../model/masked.ts'
import {sumOf, type TextCounts} from './count-texts.ts'
import {isTelling, mayBeListed} from './listable-values.ts'
import type {NameHints} from './name-hints.ts'

export interface Share {
  /** Of the sampled values, 0 to 100. */
  readonly percent: number
}

export interface ColumnPortrait {
  /** Of the sampled numbers; ends that one row alone may have are left out. */
  readonly quantiles?: Readonly<Record<'p5' | 'p25' | 'p50' | 'p75' | 'p95', number>>
  /** `9` stands for a digit, `a` and `A` for letters, `+` for more of the same, `9{5}` for five. */
  readonly forms: readonly (Share & {readonly form: string})[]
  /** The most frequent values; masked where they may tell something. */
  readonly top: readonly (Share & {readonly value: string})[]
}

const maxShown = 5
/** What fewer sampled rows share may point at a person. */
const minSightings = 5
const minNumbers = 20

export interface PortrayedColumn {
  readonly hints: NameHints
  readonly isUuid: boolean
  /** Dates and times: their form is known, and a moment may tell who somebody is. */
  readonly isTime: boolean
}

/** The portrait of a column from its sampled texts that mean something. */
export function portrayColumn(counts: TextCounts, {hints, isUuid, isTime}: PortrayedColumn): ColumnPortrait {
  if (isTime) return {forms: [], top: []}
  if (isUuid) return {forms: [{form: 'UUID', percent: 100}], top: []}
  const total = sumOf(counts.values())
  const percent = (count: number): number => Math.round((count / total) * 1000) / 10
  const frequent = [...counts].filter(([, count]) => count >= minSightings).toSorted(([, a], [, b]) => b - a)
  const values = frequent.map(([value]) => value)
  const isShown = mayBeListed(values, hints)
  const quantiles = isTelling(hints) ? undefined : quantilesOf(counts, total)
  return {
    ...(quantiles === undefined ? {} : {quantiles}),
    forms: formsOf(counts, isTelling(hints)).map(([form, count]) => ({form, percent: percent(count)})),
    top: frequent.slice(0, maxShown).map(([value, count]) => ({value: isShown ? value : masked, percent: percent(count)})),
  }
}

function formsOf(counts: TextCounts, hidesLengths: boolean): readonly (readonly [form: string, count: number])[] {
  const forms = new Map<string, number>()
  for (const [text, count] of counts) {
    const form = formOf(text, hidesLengths)
    forms.set(form, (forms.get(form) ?? 0) + count)
  }
  const shared = [...forms].filter(([, count]) => count >= minSightings)
  return shared.toSorted(([, a], [, b]) => b - a).slice(0, maxShown)
}

function formOf(text: string, hidesLengths: boolean): string {
  const digits = (run: string): string => (run.length === 1 ? '9' : hidesLengths ? '9+' : `9{${run.length}}`)
  return text.replace(/[0-9]+|\p{Lu}+|\p{L}+/gu, (run) => {
    if (/^[0-9]/.test(run)) return digits(run)
    const letter = /^\p{Lu}/u.test(run) ? 'A' : 'a'
    return [...run].length === 1 ? letter : `${letter}+`
  })
}

function quantilesOf(counts: TextCounts, total: number): ColumnPortrait['quantiles'] {
  const numbers = [...counts].map(([text, count]): readonly [number, number] => [Number(text.replace(',', '.')), count])
  if (total < minNumbers || numbers.some(([number]) => !Number.isFinite(number))) return undefined
  const sorted = numbers.toSorted(([a], [b]) => a - b)
  const at = (share: number): number => {
    let before = 0
    for (const [number, count] of sorted) {
      before += count
      if (before >= share * total) return number
    }
    return sorted.at(-1)?.[0] ?? 0
  }
  return {p5: at(0.05), p25: at(0.25), p50: at(0.5), p75: at(0.75), p95: at(0.95)}
}
