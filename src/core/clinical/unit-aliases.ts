// How laboratories and wards write units that UCUM writes otherwise (`gm/dL`, `mm Hg`, `K/uL`). Each spelling stands for one
// unit of UCUM, whatever its case where it has more letters than one (`M` is no metre); what UCUM has itself stays as it is. What
// means different units in different places (`C`, `MM/L`) is known for one thing alone: that two spellings of a column are the same.

/** UCUM code to other ways in which the same unit is written. */
const spellings: Readonly<Record<string, readonly string[]>> = {
  'g/dL': ['gm/dl', 'g / dl', 'g per dl', 'g/100ml', 'gm%', 'g%', 'gram/dl', 'grams/dl'],
  'g/L': ['gm/l', 'grams/l'],
  'mg/dL': ['mg/100ml', 'mg%', 'mgs/dl', 'mg / dl', 'mg per dl'],
  'mg/L': ['mgs/l'],
  'ug/mL': ['mcg/ml', 'µg/ml', 'μg/ml'],
  'ug/dL': ['mcg/dl', 'µg/dl', 'μg/dl'],
  'ug/L': ['mcg/l', 'µg/l', 'μg/l'],
  'ng/mL': ['ngs/ml'],
  'ng/L': [],
  'pg/mL': ['pgs/ml'],
  'ng/dL': ['ngs/dl'],
  'mol/L': [],
  'mmol/L': ['mmols/l', 'mmol / l', 'millimol/l', 'mmol/litre'],
  'umol/L': ['µmol/l', 'μmol/l', 'mcmol/l', 'micromol/l'],
  'nmol/L': [],
  'pmol/L': [],
  'mmol/mol': [],
  'meq/L': ['meq/l', 'meqs/l'],
  '%': ['percent', 'pct', 'per cent'],
  '10*3/uL': [
    'k/ul',
    'k/µl',
    'k/mm3',
    'k/cumm',
    'thou/ul',
    'thousand/ul',
    'x10e3/ul',
    'x10^3/ul',
    '10^3/ul',
    '10e3/ul',
    '10³/µl',
    'x 10^3/ul',
    'thou/mm3',
    '10*3/mm3',
  ],
  '10*9/L': ['x10^9/l', '10^9/l', '10e9/l', 'x10e9/l', 'x10*9/l', 'g/pt/l', 'giga/l'],
  '10*6/uL': ['m/ul', 'm/mm3', 'mil/ul', 'million/ul', 'x10e6/ul', 'x10^6/ul', '10^6/ul', '10e6/ul', 'mill/mm3'],
  '10*12/L': ['x10^12/l', '10^12/l', '10e12/l', 'x10e12/l', 'tera/l'],
  '/uL': ['cells/ul', 'cells/µl', '/mm3', '/cumm', 'cells/mm3'],
  fL: ['femtoliter', 'femtolitre'],
  pg: ['picogram', 'picograms'],
  'U/L': ['units/l', 'unit/l'],
  '[IU]': ['iu', 'i.u', 'i.u.', 'international units'],
  '[IU]/L': ['iu/l'],
  'm[IU]/L': ['miu/l', 'mu/l'],
  'm[IU]/mL': ['miu/ml'],
  'u[IU]/mL': ['uiu/ml', 'µiu/ml', 'uu/ml'],
  'mm[Hg]': ['mmhg', 'mm hg', 'mm of hg', 'torr'],
  kPa: [],
  'cm[H2O]': ['cmh2o', 'cm h2o'],
  Cel: ['°c', 'deg c', 'degc', 'celsius', 'degrees c'],
  '[degF]': ['°f', 'deg f', 'degf', 'fahrenheit', 'degrees f'],
  K: [],
  '/min': ['bpm', 'beats/min', 'breaths/min', 'per minute', 'per min', '{beats}/min', '{breaths}/min', 'beats per minute'],
  kg: ['kgs', 'kilogram', 'kilograms', 'kilo', 'kilos'],
  g: ['gm', 'gms', 'gram', 'grams'],
  mg: ['mgs', 'milligram', 'milligrams'],
  ug: ['mcg', 'µg', 'μg', 'microgram', 'micrograms'],
  ng: ['nanogram', 'nanograms'],
  '[lb_av]': ['lb', 'lbs', 'pound', 'pounds'],
  '[oz_av]': ['oz', 'ounce', 'ounces'],
  '[foz_us]': ['fl oz', 'fl. oz', 'fluid ounce', 'fluid ounces'],
  cm: ['cms', 'centimeter', 'centimeters', 'centimetre', 'centimetres'],
  mm: ['millimeter', 'millimeters', 'millimetre', 'millimetres'],
  m: ['meter', 'meters', 'metre', 'metres'],
  '[in_i]': ['in', 'inch', 'inches', '"'],
  '[ft_i]': ['ft', 'foot', 'feet'],
  'kg/m2': ['kg/m^2', 'kg/m²', 'kg/sqm'],
  L: ['l', 'ltr', 'liter', 'liters', 'litre', 'litres'],
  dL: ['deciliter', 'decilitre'],
  mL: ['cc', 'mls', 'milliliter', 'milliliters', 'millilitre', 'millilitres'],
  uL: ['µl', 'μl'],
  s: ['sec', 'secs', 'second', 'seconds'],
  min: ['mins', 'minute', 'minutes'],
  h: ['hr', 'hrs', 'hour', 'hours'],
  d: ['day', 'days'],
  wk: ['wks', 'week', 'weeks'],
  a: ['y', 'yr', 'yrs', 'year', 'years'],
  'mm/h': ['mm/hr', 'mm/hour'],
  'mL/min': ['ml/minute'],
  'mL/min/{1.73_m2}': ['ml/min/1.73m2', 'ml/min/1.73 m2', 'ml/min/1.73m^2'],
  '1': ['ratio', 'fraction'],
}

/** What is another unit elsewhere, or no unit of UCUM: enough to tell that two spellings in one column are the same. */
const alike: Readonly<Record<string, readonly string[]>> = {
  g: ['gr'],
  Cel: ['c'],
  '[degF]': ['f'],
  'mmol/L': ['mm/l'],
  $: ['$', 'usd', 'dollar', 'dollars'],
  '€': ['€', 'eur', 'euro', 'euros'],
}

/** Units of UCUM that health data use, in UCUM's own spelling. */
export const knownUnits: readonly string[] = Object.keys(spellings)

/** A single letter means another unit in the other case. */
const caseless = (text: string): string => ([...text].length === 1 ? text : text.toLowerCase())

type Spelled = readonly [spelling: string, unit: string]
const waysOf = (table: Readonly<Record<string, readonly string[]>>): readonly Spelled[] =>
  Object.entries(table).flatMap(([unit, ways]) => ways.map((way): Spelled => [way, unit]))

const bySpelling: ReadonlyMap<string, string> = new Map([
  ...waysOf(spellings),
  ...knownUnits.map((unit): Spelled => [caseless(unit), unit]),
])

// A capital alone (`K`) is more often a thousand than a unit.
const byLikeness: ReadonlyMap<string, string> = new Map([
  ...[...bySpelling].filter(([spelling]) => spelling === spelling.toLowerCase()),
  ...waysOf(alike),
])

/** The unit that a text writes: a known one of UCUM as it is, or the one that the spelling stands for; undefined for others. */
export function unitOfSpelling(written: string): string | undefined {
  const text = written.trim()
  return Object.hasOwn(spellings, text) ? text : bySpelling.get(caseless(text))
}

/** Every spelling, in lower case but for single letters, with its unit: other ways, and UCUM's own. */
export function spelledUnits(): readonly Spelled[] {
  return [...bySpelling]
}

/**
 * What a spelling stands for where all that counts is whether two of them are the same: whatever its case, with or without a full stop, and
 * currencies too. A unit of UCUM, or the sign of a currency; undefined for others.
 */
export function likenessOf(written: string): string | undefined {
  return byLikeness.get(written.trim().toLowerCase().replace(/\.$/, ''))
}
