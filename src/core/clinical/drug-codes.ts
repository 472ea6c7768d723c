// Codes of drugs and vaccines: RxNorm concepts, CVX vaccines, National Drug Codes. None has a check digit.
import type {CodeSystem} from './code-system.ts'

export const rxNorm: CodeSystem = {
  name: 'rxnorm',
  title: 'RxNorm',
  shape: '^[1-9][0-9]{0,7}$',
  form: 'one to eight digits without a leading zero',
  good: ['161', '860975', '1049221', '2047241'],
  bad: ['0161', '860975.0', 'RX860975', '123456789', '8.6e5', ''],
  source: 'NLM, RxNorm technical documentation (RXCUI: at most eight characters)',
}

export const cvx: CodeSystem = {
  name: 'cvx',
  title: 'CVX',
  shape: '^[0-9]{1,3}$',
  form: 'one to three digits; a leading zero belongs to the code',
  good: ['03', '3', '140', '208'],
  bad: ['1400', 'MMR', '3.0', '-3', ''],
  source: 'CDC, HL7 table 0292 (vaccines administered)',
}

/** The ten digits without hyphens are read as any of the three layouts, so they name no product until they are converted. */
export const ndc: CodeSystem = {
  name: 'ndc',
  title: 'NDC',
  shape: '^(?:[0-9]{4}-[0-9]{4}-[0-9]{2}|[0-9]{5}-[0-9]{3}-[0-9]{2}|[0-9]{5}-[0-9]{4}-[0-9]{1,2}|[0-9]{10,11})$',
  form: '4-4-2, 5-3-2, 5-4-1 or 5-4-2 digits with hyphens, or ten or eleven digits without',
  good: ['0002-7597-01', '50242-040-62', '60575-4112-1', '00002-7597-01', '00002759701', '0002759701'],
  bad: ['0002-7597', '002-7597-01', '50242-40-62', '000027597011', '0002-7597-O1', '2759701', '0002 7597 01'],
  source: 'FDA, 21 CFR 207.33 and 207.35 (ten digits in three layouts); HIPAA standard of eleven digits, 5-4-2',
}
