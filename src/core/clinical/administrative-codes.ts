// Administrative codes that need no licence: lists for `acceptedValues`, and what senders of HL7 v2 and of plain tables write instead, for
// `mapValues`. Only what the two standards say, word by word; a code that could mean two things is in no map and stays as it is.

export interface CodeList {
  /** As written in a contract. */
  readonly name: string
  readonly values: readonly string[]
  readonly source: string
}

export interface CodeMap {
  readonly name: string
  readonly entries: Readonly<Record<string, string>>
  readonly source: string
}

const fhir = 'HL7 FHIR R4 (CC0)'
const hl7v2 = 'HL7 v2 table'

const lists: readonly CodeList[] = [
  {name: 'administrative-gender', values: ['male', 'female', 'other', 'unknown'], source: fhir},
  {name: 'birth-sex', values: ['F', 'M', 'UNK', 'OTH', 'ASKU'], source: 'US Core birth sex'},
  {name: 'marital-status', values: ['A', 'D', 'I', 'L', 'M', 'C', 'P', 'T', 'U', 'S', 'W', 'UNK'], source: fhir},
  {name: 'omb-race', values: ['1002-5', '2028-9', '2054-5', '2076-8', '2106-3', 'UNK', 'ASKU'], source: 'US Core race, OMB categories'},
  {name: 'omb-ethnicity', values: ['2135-2', '2186-5', 'UNK', 'ASKU'], source: 'US Core ethnicity, OMB categories'},
  {
    name: 'encounter-class',
    values: ['AMB', 'EMER', 'FLD', 'HH', 'IMP', 'ACUTE', 'NONAC', 'OBSENC', 'PRENC', 'SS', 'VR'],
    source: `${fhir}, v3 ActCode`,
  },
  {
    name: 'encounter-status',
    values: ['planned', 'arrived', 'triaged', 'in-progress', 'onleave', 'finished', 'cancelled', 'entered-in-error', 'unknown'],
    source: fhir,
  },
  {
    name: 'observation-status',
    values: ['registered', 'preliminary', 'final', 'amended', 'corrected', 'cancelled', 'entered-in-error', 'unknown'],
    source: fhir,
  },
  {name: 'condition-clinical', values: ['active', 'recurrence', 'relapse', 'inactive', 'remission', 'resolved'], source: fhir},
  {
    name: 'condition-verification',
    values: ['unconfirmed', 'provisional', 'differential', 'confirmed', 'refuted', 'entered-in-error'],
    source: fhir,
  },
  {
    name: 'medication-request-status',
    values: ['active', 'on-hold', 'cancelled', 'completed', 'entered-in-error', 'stopped', 'draft', 'unknown'],
    source: fhir,
  },
  {
    name: 'event-status',
    values: ['preparation', 'in-progress', 'not-done', 'on-hold', 'stopped', 'completed', 'entered-in-error', 'unknown'],
    source: fhir,
  },
]

const maps: readonly CodeMap[] = [
  {
    name: 'administrative-gender',
    entries: {
      F: 'female',
      M: 'male',
      O: 'other',
      U: 'unknown',
      A: 'other',
      N: 'other',
      Female: 'female',
      Male: 'male',
      Other: 'other',
      Unknown: 'unknown',
    },
    source: `${hl7v2} 0001, to ${fhir}`,
  },
  {name: 'encounter-class', entries: {E: 'EMER', I: 'IMP', O: 'AMB', P: 'PRENC'}, source: `${hl7v2} 0004, to ${fhir}, v3 ActCode`},
  {
    name: 'observation-status',
    entries: {F: 'final', P: 'preliminary', C: 'corrected', X: 'cancelled', W: 'entered-in-error', I: 'registered', A: 'amended'},
    source: `${hl7v2} 0085, to ${fhir}`,
  },
]

export const codeLists: ReadonlyMap<string, CodeList> = new Map(lists.map((list) => [list.name, list]))
export const codeMaps: ReadonlyMap<string, CodeMap> = new Map(maps.map((map) => [map.name, map]))
