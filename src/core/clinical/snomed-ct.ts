// SNOMED CT identifiers. The two digits before the check digit say what is identified: a column of codes holds concepts, and a
// description's identifier in it is a mistake that the check digit cannot show.
import type {CodeSystem} from './code-system.ts'

const source = 'SNOMED International, release file specification, 6 SNOMED CT identifiers (representation, check digit, partition)'
const check = {algorithm: 'verhoeff'} as const

export const snomedConcept: CodeSystem = {
  name: 'snomed',
  title: 'SNOMED CT concept',
  shape: '^[1-9][0-9]{2,14}[01]0[0-9]$',
  form: '6 to 18 digits without a leading zero; the two before the check digit are 00 or 10 (a concept)',
  check,
  good: ['22298006', '73211009', '38341003', '404684003', '900000000000207008', '138875005'],
  bad: ['22298007', '37436014', '10939881000119104', '0022298006', '22298006.0', '10009', 'I21.9', '2.2298e7', ''],
  source,
}

export const snomedDescription: CodeSystem = {
  name: 'snomed-description',
  title: 'SNOMED CT description',
  shape: '^[1-9][0-9]{2,14}[01]1[0-9]$',
  form: '6 to 18 digits without a leading zero; the two before the check digit are 01 or 11 (a description)',
  check,
  good: ['37436014'],
  bad: ['37436015', '22298006', '38341003'],
  source,
}
