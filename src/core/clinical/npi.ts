// The United States' National Provider Identifier.
import type {CodeSystem} from './code-system.ts'

export const npi: CodeSystem = {
  name: 'npi',
  title: 'NPI',
  shape: '^[12][0-9]{9}$',
  form: 'ten digits, the first 1 or 2, the last the check digit (Luhn over 80840 and the identifier)',
  check: {algorithm: 'luhn', prefix: '80840'},
  good: ['1234567893', '1245319599'],
  bad: ['1234567890', '1234567839', '3234567893', '123456789', '808401234567893', '1234567893 '],
  source: 'CMS, requirements for the NPI check digit (80840 is the issuer prefix of a health identifier of the United States)',
}
