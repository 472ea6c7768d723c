// ICD-10-CM diagnoses and ICD-10-PCS procedures of the United States. Neither has a check digit.
import type {CodeSystem} from './code-system.ts'

export const icd10Cm: CodeSystem = {
  name: 'icd-10-cm',
  title: 'ICD-10-CM',
  shape: '^[A-Z][0-9][0-9AB](?:\\.?[0-9A-Z]{1,4})?$',
  form: 'a letter, a digit, a digit or A or B, then up to four digits or letters behind an optional point; X is a placeholder',
  good: ['E11.9', 'E119', 'I10', 'U07.1', 'S52.131A', 'Z3A.00', 'C4A.0', 'T81.11XA', 'O9A.211'],
  bad: ['123.4', 'E1', 'E11.', 'E11.12345', 'e11.9', 'E11 9', 'E11.9.1', '250.00', 'EA1', 'E1A.9 ', ''],
  source: 'CMS and NCHS, ICD-10-CM official guidelines, section I.A (format, placeholder, seventh character)',
}

export const icd10Pcs: CodeSystem = {
  name: 'icd-10-pcs',
  title: 'ICD-10-PCS',
  shape: '^[0-9A-HJ-NP-Z]{7}$',
  form: 'seven digits or letters, never I or O',
  good: ['0DTJ4ZZ', '02HV33Z', '10E0XZZ', 'B2111ZZ', 'XW033E5'],
  bad: ['0DTJ4Z', '0DTJ4ZZZ', 'ODTJ4ZZ', '0DTI4ZZ', '0dtj4zz', '0DT.J4ZZ'],
  source: 'CMS, ICD-10-PCS official guidelines, A1 to A3 (seven characters; I and O are not used)',
}
