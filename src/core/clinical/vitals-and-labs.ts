// Plausible ranges of common vital signs and laboratory results. How the bounds were taken from their sources, and what the
// tiers mean, is in docs/clinical-pack.md. No clinician has signed them yet.
import {bloodGases, chemistry} from './chemistry.ts'
import {coagulation, haematology} from './haematology.ts'
import type {RangePack} from './plausible-range.ts'
import {version} from './quantity.ts'
import {vitalSigns} from './vital-signs.ts'

export const vitalsAndLabs: RangePack = {
  name: 'vitals-and-labs',
  version,
  ranges: [...vitalSigns, ...chemistry, ...bloodGases, ...haematology, ...coagulation],
}
