// Codes that procedures and supplies are billed with in the United States: HCPCS level II and CPT. Neither has a check digit.
import type {CodeSystem} from './code-system.ts'

export const hcpcs: CodeSystem = {
  name: 'hcpcs',
  title: 'HCPCS level II',
  shape: '^[A-V][0-9]{4}$',
  form: 'a letter from A to V and four digits',
  good: ['J1100', 'A0425', 'G0008', 'V2020'],
  bad: ['W1234', '99213', 'j1100', 'J110', 'J11000', 'J1100 '],
  source: 'CMS, HCPCS level II coding procedures',
}

export const cpt: CodeSystem = {
  name: 'cpt',
  title: 'CPT',
  shape: '^[0-9]{4}[0-9AFMTU]$',
  form: 'five digits, or four and a letter: F (category II), T (category III), U (laboratory), M (multianalyte assays), A (vaccines)',
  good: ['99213', '00100', '3074F', '0042T', '0001U', '0002M', '0031A'],
  bad: ['9921', '992130', 'J1100', '3074f', '99213-25', '9921O', ''],
  source: 'AMA, CPT code categories I to III, proprietary laboratory analyses and administrative codes',
}
