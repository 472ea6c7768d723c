// LOINC terms, and the two kinds of identifiers that stand beside them: parts (LP) and answers (LA). A column of test codes that
// holds a part or an answer is wrong, so each is a system of its own.
import type {CodeSystem} from './code-system.ts'

const source = "LOINC Users' Guide, appendix C (mod 10 check digits, and the 14 terms with a wrong one)"

/** Deprecated terms whose published check digit is wrong. */
const wrongDigits = [
  '11491-6',
  '11501-6',
  '5895-7',
  '5896-5',
  '5897-3',
  '5928-1',
  '6028-3',
  '6415-5',
  '6580-7',
  '6645-7',
  '6646-5',
  '6647-3',
  '6648-1',
  '6649-9',
]

export const loinc: CodeSystem = {
  name: 'loinc',
  title: 'LOINC',
  shape: '^[1-9][0-9]{0,6}-[0-9]$',
  form: 'one to seven digits, a hyphen and the check digit; the 14 terms that were published with a wrong digit pass',
  check: {algorithm: 'luhn', replace: [['-', '']], except: wrongDigits},
  good: ['2160-0', '8867-4', '29463-7', '8302-2', '12345-5', '11491-6', '6649-9'],
  bad: ['2160-1', '29436-7', '21600', '2160-', 'LP14635-4', 'LA33-6', '12345678-2', ' 2160-0', '2160-0\n', ''],
  source,
}

// The letters count as their ASCII code less 48 in the same sum (OpenMRS' variant of Luhn); these digits in front weigh as much.

export const loincPart: CodeSystem = {
  name: 'loinc-part',
  title: 'LOINC part',
  shape: '^LP[1-9][0-9]{0,6}-[0-9]$',
  form: 'LP, one to seven digits, a hyphen and the check digit',
  check: {
    algorithm: 'luhn',
    replace: [
      ['LP', '37'],
      ['-', ''],
    ],
  },
  good: ['LP14635-4', 'LP7057-5', 'LP6118-6'],
  bad: ['LP14635-7', 'LP7057-3', 'lp7057-5', '7057-3', 'LA33-6'],
  source,
}

export const loincAnswer: CodeSystem = {
  name: 'loinc-answer',
  title: 'LOINC answer',
  shape: '^LA[1-9][0-9]{0,6}-[0-9]$',
  form: 'LA, one to seven digits, a hyphen and the check digit',
  check: {
    algorithm: 'luhn',
    replace: [
      ['LA', '347'],
      ['-', ''],
    ],
  },
  good: ['LA33-6', 'LA32-8', 'LA6576-8', 'LA6577-6', 'LA137-2'],
  bad: ['LA33-1', 'LA6576-3', 'LA33', '33-1', 'LP7057-5'],
  source,
}
