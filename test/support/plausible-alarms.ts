// What the clinical pack has to say about a delivery of Synthea, worked out row by row without an engine: the oracle of the
// alarms that docs/clinical-pack.md explains.
import {stageAt} from '../../src/core/clinical/life-stages.ts'
import {boundsFor, boundsIn, isWithin, type Person, rangeOf, type Tier} from '../../src/core/clinical/plausible-range.ts'
import {vitalsAndLabs} from '../../src/core/clinical/vitals-and-labs.ts'

type Record = Readonly<{[column: string]: string}>

/** Rows outside the bounds by tier and LOINC term, as `impossible 2885-2`. */
export function plausibleAlarms(observations: readonly Record[], patients: readonly Record[]): {[place: string]: number} {
  const persons = new Map(patients.map((row) => [row.Id, row]))
  const alarms: {[place: string]: number} = {}
  for (const row of observations) {
    const {BIRTHDATE = '', GENDER} = persons.get(row.PATIENT) ?? {}
    const stage = stageAt(monthsBetween(BIRTHDATE, row.DATE ?? ''))
    const sex = ({F: 'female', M: 'male'} as const)[GENDER ?? '']
    const tier = row.TYPE === 'numeric' ? tierOf(row, {...(stage && {stage}), ...(sex && {sex})}) : undefined
    if (tier !== undefined) alarms[`${tier} ${row.CODE}`] = (alarms[`${tier} ${row.CODE}`] ?? 0) + 1
  }
  return alarms
}

function tierOf({CODE = '', UNITS = '', VALUE}: Record, person: Person): Tier | undefined {
  const range = rangeOf(vitalsAndLabs, CODE)
  return (['impossible', 'unlikely'] as const).find((tier) => {
    const bounds = range && boundsIn(range, boundsFor(range, tier, person), UNITS)
    return bounds !== undefined && !isWithin(Number(VALUE), bounds)
  })
}

const monthsBetween = (birth: string, at: string): number =>
  (Number(at.slice(0, 4)) - Number(birth.slice(0, 4))) * 12 +
  Number(at.slice(5, 7)) -
  Number(birth.slice(5, 7)) -
  (at.slice(8, 10) < birth.slice(8, 10) ? 1 : 0)
