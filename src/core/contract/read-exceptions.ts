// What a quality clause says of its own standing: switched off, waived until a day, or held to its best results so far. Each is
// a person's decision that stays visible in every result; none of them makes a check disappear.
import type {CheckWaiver} from '../model/contract.ts'
import type {Extensions} from './custom-properties.ts'
import type {ClauseDraft} from './draft.ts'
import {isMap, type MapReader} from './map-reader.ts'

const mostRuns = 1000

/** `hippoOff` and `hippoWaiver` of a clause; what cannot be understood is reported and left out. */
export function readExceptions(extensions: Extensions): Pick<ClauseDraft, 'offBecause' | 'waiver'> {
  const offBecause = extensions.text('hippoOff')?.trim()
  if (offBecause === '') extensions.report('hippoOff', {message: 'hippoOff must say why the clause is off'})
  const waiver = readWaiver(extensions)
  return {...(offBecause ? {offBecause} : {}), ...(waiver === undefined ? {} : {waiver})}
}

function readWaiver(extensions: Extensions): CheckWaiver | undefined {
  const raw = extensions.raw('hippoWaiver')
  if (raw === undefined) return undefined
  const {until, by, reason} = isMap(raw) ? raw : {}
  const isSaid = [until, by, reason].every((part) => typeof part === 'string' && part.trim() !== '')
  const end = isSaid ? endOf(String(until)) : undefined
  if (end !== undefined) return {until: end, by: String(by), reason: String(reason)}
  extensions.report('hippoWaiver', {
    message: isSaid ? 'hippoWaiver: until must be a day, and one that there is' : 'hippoWaiver must say until, by and reason',
    hint: 'for example {until: 2027-01-31, by: a.keller, reason: the laboratory changes its codes}',
  })
  return undefined
}

/** Midnight in UTC at which the day begins. */
function endOf(day: string): string | undefined {
  const instant = /^\d{4}-\d{2}-\d{2}$/.test(day) ? new Date(`${day}T00:00:00.000Z`) : undefined
  const written = instant === undefined || Number.isNaN(instant.getTime()) ? undefined : instant.toISOString()
  return written?.startsWith(day) ? written : undefined
}

/** The drafts of one clause with its `hippoRatchetRuns`, which needs a tolerance that it can tighten. */
export function withRatchet(drafts: readonly ClauseDraft[], quality: MapReader, extensions: Extensions): readonly ClauseDraft[] {
  const runs = extensions.raw('hippoRatchetRuns')
  if (runs === undefined) return drafts
  if (typeof runs !== 'number' || !Number.isInteger(runs) || runs < 1 || runs > mostRuns) {
    extensions.report('hippoRatchetRuns', {message: `hippoRatchetRuns must be a whole number of runs, from 1 to ${mostRuns}`})
    return drafts
  }
  if (!drafts.some(({threshold}) => threshold !== undefined && threshold.max > 0)) {
    const hint = 'say the most that is ever tolerated, for example mustBeLessOrEqualTo: 20 and unit: percent'
    quality.report({message: 'hippoRatchetRuns needs a tolerance to tighten', hint})
    return drafts
  }
  return drafts.map((draft) => (draft.threshold === undefined ? draft : {...draft, threshold: {...draft.threshold, ratchet: {runs}}}))
}
