// What a column's name suggests about its values: whose data it may be, whether it names things rather than measures them,
// whether it is a time. Hints for drafts that a person reads; never a decision about data.

export interface NameHints {
  /** One of the HIPAA categories that the name suggests. */
  readonly phiCategory?: string
  /** People other than patients, and texts in which anything may stand: not to be shown around either. */
  readonly isConfidential: boolean
  /** Some kind of name: its values are not listed. */
  readonly isName: boolean
  /** Its values name things (ids, numbers of orders): text, without a range and without a list. */
  readonly isIdentifier: boolean
  /** Its values are codes: text, so that leading zeros and letters stay. */
  readonly isCode: boolean
  readonly isTime: boolean
  /** Times that are meant to lie ahead. */
  readonly isAhead: boolean
}

/** Column names as contracts want them: lower case words joined by underscores. Empty when nothing is left. */
export function snakeName(name: string): string {
  return name
    .normalize('NFC')
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2')
    .replace(/[^\p{L}\p{N}_]+/gu, '_')
    .replace(/__+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase()
}

/** Things that have ids, for names without separators (`PATIENTID`): `id` alone ends too many words. */
const things =
  'patient|encounter|provider|practitioner|claim|visit|order|person|member|user|record|subject|sample|specimen|device|account|organi[sz]ation|payer|appointment|department|location|facility|case|episode|result|test|event|charge|transfer|admission|stay|hadm|row|transaction|message|batch|document|study|item|event|bed|ward|staff|employee|doctor|physician|hospital|clinic|site|insurance|policy|measure|measurement|prescription|procedure|condition|observation'

const identifier = new RegExp(
  `(^|_)(id|ids|uuid|guid|oid|mrn|nr|no|num|nbr|number|key|accession|barcode|udi|serial|npi)$|^(${things})_?ids?\\d*$|_(${things})ids?\\d*$`,
)
const code =
  /(^|_)(codes?|icd\d*(_?cm|_?pcs)?|loinc|snomed|rxnorm|cpt\d?|hcpcs|ndc|atc|drg|fips|zip|zipcode|zip_code|plz|postcode|postal_code)$|^code(_|\d|$)|code\d*$/
const time =
  /(^|_)(date|datetime|time|timestamp|day|dob|dod|born|died|birth|death|start|stop|end|begin|at|on|ts|dt|dttm|from|until|datum|zeit)$|date|time(stamp)?$|^(dob|dod)|(ed|ted)_(at|on)$/
const ahead = /due|expir|next|plan|schedul|valid_?(to|until)|until|appointment|future|follow_?up|stop|end/

/** Categories by name, first match wins. The order matters: `phone_number` is a telephone before it is a number. */
const categories: readonly (readonly [category: string, names: RegExp])[] = [
  ['fax', /(^|_)fax/],
  ['telephone', /phone|(^|_)(tel|mobile|cell|pager)(_|$)/],
  ['email', /e_?mail/],
  ['ip-address', /(^|_)ip(_?addr(ess)?)?$/],
  ['url', /(^|_)(url|uri|website|homepage)(_|$)/],
  ['social-security-number', /(^|_)ssn|social_?sec|national_?(id|insurance)|(^|_)nino$|(^|_)(ahv|cpf|curp|nir|aadhaar|bsn|pesel)(_|$)/],
  [
    'medical-record-number',
    /(^|_)mrn|medical_?rec|(^|_)(patient|person|subject|pat)(_?(id|nr|no|num|nbr|number|key|uuid))?\d*$|nhs_?(no|num)/,
  ],
  ['health-plan-number', /(^|_)(member|subscriber|beneficiary|policy|insurance|health_?plan|medicare|medicaid)_?(id|nr|no|num|nbr|number)/],
  ['account-number', /(^|_)(account|acct|iban|bank)(_|$)|credit_?card/],
  ['licence-number', /licen[cs]e|(^|_)drivers?(_|$)|certificate_?(id|no|number)/],
  ['other-unique-code', /passport/],
  ['vehicle-identifier', /(^|_)(vin|number_?plate|plate|vehicle)(_|$)/],
  ['device-identifier', /(^|_)(udi|serial(_?(no|num|number))?|imei|device_?id)$/],
  ['photo', /(^|_)(photo|portrait|face_?image)(_|$)/],
  ['biometric', /fingerprint|voice_?print|retina_?scan|biometric/],
  [
    'date',
    /birth_?(date|day|time|dt)?$|(date|day|year)_?of_?birth|(^|_)(dob|dod|born|died|deceased)(_|$)|death_?(date|day|time|dt)?$|date_?of_?death/,
  ],
  [
    'geography',
    /birth_?place|address|(^|_)(addr|street|city|town|village|county|zip|zipcode|plz|postcode|postal_?code|fips|lat|lon|lng|latitude|longitude|neighbou?rhood|residence)(_|\d|$)/,
  ],
  [
    'name',
    /(^|_)(first|last|middle|maiden|given|family|sur|fore|nick|birth|patient|person|full|preferred|mother|father|guardian|spouse|next_of_kin)_?names?$|^(first|last|middle|maiden|given|family|surname|forename|initials|name|nachname|vorname|nom|prenom|apellidos?)$/,
  ],
]

const confidential =
  /(^|_)(doctor|physician|nurse|attending|surgeon|practitioner|clinician|author|staff|employee|operator|user(_?name)?|contact|person|carer|guardian|recorded_by|entered_by|\w+ed_by|by|signature)$|(^|_)(notes?|comments?|remarks?|free_?text|narrative|report_?text)$/

/** Hints for one column of a dataset; `id` of a dataset of people is a person's. What it holds counts where the name is silent. */
export function hintsOf(name: string, dataset: string, phiByContent?: string): NameHints {
  const snake = snakeName(name)
  const isPersonKey = /^(id|uuid|guid|key)$/.test(snake) && /^(patient|person|member|subject|client)$/.test(dataset)
  const phiCategory = isPersonKey ? 'medical-record-number' : (categories.find(([, names]) => names.test(snake))?.[0] ?? phiByContent)
  return {
    ...(phiCategory === undefined ? {} : {phiCategory}),
    isConfidential: confidential.test(snake),
    isName: /names?$|(^|_)name/.test(snake),
    isIdentifier: identifier.test(snake),
    isCode: code.test(snake),
    isTime: time.test(snake),
    isAhead: ahead.test(snake),
  }
}

/** Whether the name is that of a dataset's own key: `id`, or its own name with `id` (`encounter_id` of `encounter`). */
export function isOwnKey(name: string, dataset: string): boolean {
  const snake = snakeName(name)
  const own = snakeName(dataset).replace(/_/g, '')
  const [, stem = ''] = /^(.*?)_?(?:id|uuid|guid|key|nr|no|num|nbr|number)$/.exec(snake) ?? []
  if (/^(id|uuid|guid|row_?id|record_?id)$/.test(snake)) return true
  return stem !== '' && stem.replace(/_/g, '') === own
}
