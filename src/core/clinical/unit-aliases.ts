// How laboratories and wards write units that UCUM writes otherwise (`gm/dL`, `mm Hg`, `K/uL`). Each spelling stands for one
// unit of UCUM whatever its case; spellings that mean different units in different cases or places (`MM`, `G`, `U`) are not here.

/** UCUM code to other ways in which the same unit is written. */
const spellings: Readonly<Record<string, readonly string[]>> = {
  'g/dL': ['gm/dl', 'g/100ml', 'gm%', 'g%', 'gram/dl', 'grams/dl'],
  'g/L': ['gm/l', 'grams/l'],
  'mg/dL': ['mg/100ml', 'mg%', 'mgs/dl', 'mg per dl'],
  'mg/L': ['mgs/l', 'mcg/ml', 'µg/ml', 'μg/ml', 'ug/ml'],
  'ug/dL': ['mcg/dl', 'µg/dl', 'μg/dl'],
  'ug/L': ['mcg/l', 'µg/l', 'μg/l', 'ng/ml', 'ngs/ml'],
  'ng/L': ['pg/ml', 'pgs/ml'],
  'ng/dL': ['ngs/dl'],
  'mol/L': [],
  'mmol/L': ['mmols/l', 'millimol/l', 'mmol/litre'],
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
  'U/L': ['iu/l', 'units/l', 'unit/l', '[iu]/l'],
  'm[IU]/L': ['miu/l', 'mu/l', 'uiu/ml', 'µiu/ml', 'u[iu]/ml', 'uu/ml'],
  'mm[Hg]': ['mmhg', 'mm hg', 'mm of hg', 'torr'],
  kPa: [],
  'cm[H2O]': ['cmh2o', 'cm h2o'],
  Cel: ['°c', 'deg c', 'degc', 'celsius', 'c', 'degrees c'],
  '[degF]': ['°f', 'deg f', 'degf', 'fahrenheit', 'f', 'degrees f'],
  '/min': ['bpm', 'beats/min', 'breaths/min', 'per minute', 'per min', '{beats}/min', '{breaths}/min', 'beats per minute'],
  kg: ['kgs', 'kilogram', 'kilograms', 'kilo'],
  g: ['gm', 'gms', 'gram', 'grams'],
  '[lb_av]': ['lb', 'lbs', 'pound', 'pounds'],
  '[oz_av]': ['oz', 'ounce', 'ounces'],
  cm: ['cms', 'centimeter', 'centimeters', 'centimetre', 'centimetres'],
  m: ['meter', 'meters', 'metre', 'metres'],
  '[in_i]': ['in', 'inch', 'inches', '"'],
  '[ft_i]': ['ft', 'foot', 'feet'],
  'kg/m2': ['kg/m^2', 'kg/m²', 'kg/sqm'],
  s: ['sec', 'secs', 'second', 'seconds'],
  'mm/h': ['mm/hr', 'mm/hour'],
  'mL/min': ['ml/minute'],
  'mL/min/{1.73_m2}': ['ml/min/1.73m2', 'ml/min/1.73 m2', 'ml/min/1.73m^2'],
  '1': ['ratio', 'fraction'],
}

/** Units of UCUM that health data use, in UCUM's own spelling. */
export const knownUnits: readonly string[] = Object.keys(spellings)

/** The unit that a text writes: a known one of UCUM as it is, or the one that the spelling stands for; undefined for others. */
export function unitOfSpelling(written: string): string | undefined {
  const text = written.trim()
  return spellings[text] !== undefined ? text : byLowerCase().get(text.toLowerCase())
}

/** Every spelling, in lower case, with its unit: other ways, and UCUM's own in lower case where that is not another unit. */
export function spelledUnits(): readonly (readonly [spelling: string, unit: string])[] {
  return [...byLowerCase()]
}

function byLowerCase(): ReadonlyMap<string, string> {
  const own = knownUnits.map((unit): readonly [string, string] => [unit.toLowerCase(), unit])
  const others = Object.entries(spellings).flatMap(([unit, ways]) => ways.map((way): readonly [string, string] => [way, unit]))
  return new Map([...others, ...own])
}
