// What the clinical pack has to say about a delivery of Synthea, worked out row by row without an engine: the oracle of the
// alarms that docs/clinical-pack.md explains.
import {boundsIn, isWithin, rangeOf, type Tier} from '../../src/core/clinical/plausible-range.ts'
import {vitalsAndLabs} from '../../src/core/clinical/vitals-and-labs.ts'

type Record = Readonly<{[column: string]: string}>

/** Rows outside the bounds by tier and LOINC term, as `impossible 2885-2`. */
export function plausibleAlarms(observations: readonly Record[], patients: readonly Record[]): {[place: string]: number} {
  const born = new Map(patients.map((row) => [row.Id, row.BIRTHDATE ?? '']))
  const alarms: {[place: string]: number} = {}
  for (const row of observations) {
    const tier = row.TYPE === 'numeric' ? tierOf(row, yearsBetween(born.get(row.PATIENT) ?? '', row.DATE ?? '')) : undefined
    if (tier !== undefined) alarms[`${tier} ${row.CODE}`] = (alarms[`${tier} ${row.CODE}`] ?? 0) + 1
  }
  return alarms
}

function tierOf({CODE = '', UNITS = '', VALUE}: Record, age: number): string | undefined {
  const range = rangeOf(vitalsAndLabs, CODE)
  const isOutside = (tier: Tier): boolean => {
    const bounds = range && boundsIn(range, range[tier], UNITS)
    return bounds !== undefined && !isWithin(Number(VALUE), bounds)
  }
  if (isOutside('impossible')) return 'impossible'
  return age >= 18 && isOutside('unlikely') ? 'unlikely' : undefined
}

const yearsBetween = (birth: string, at: string): number =>
  Number(at.slice(0, 4)) - Number(birth.slice(0, 4)) - (at.slice(5, 10) < birth.slice(5, 10) ? 1 : 0)
