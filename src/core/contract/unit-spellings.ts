// Ways in which people write one unit. Only to tell that two spellings are the same; what a unit measures, and converting it,
// is not known here.
const spellings: readonly (readonly string[])[] = [
  ['%', 'percent', 'pct', 'per cent'],
  ['oz', 'ounce', 'ounces'],
  ['fl oz', 'fluid ounce', 'fluid ounces', 'fl. oz'],
  ['lb', 'lbs', 'pound', 'pounds'],
  ['kg', 'kgs', 'kilo', 'kilos', 'kilogram', 'kilograms'],
  ['g', 'gm', 'gms', 'gr', 'gram', 'grams'],
  ['mg', 'mgs', 'milligram', 'milligrams'],
  ['µg', 'μg', 'ug', 'mcg', 'microgram', 'micrograms'],
  ['l', 'ltr', 'liter', 'liters', 'litre', 'litres'],
  ['dl', 'deciliter', 'decilitre'],
  ['ml', 'mls', 'cc', 'milliliter', 'milliliters', 'millilitre', 'millilitres'],
  ['m', 'meter', 'meters', 'metre', 'metres'],
  ['cm', 'cms', 'centimeter', 'centimeters', 'centimetre', 'centimetres'],
  ['mm', 'millimeter', 'millimeters', 'millimetre', 'millimetres'],
  ['in', 'inch', 'inches', '"'],
  ['ft', 'foot', 'feet'],
  ['s', 'sec', 'secs', 'second', 'seconds'],
  ['min', 'mins', 'minute', 'minutes'],
  ['h', 'hr', 'hrs', 'hour', 'hours'],
  ['d', 'day', 'days'],
  ['wk', 'wks', 'week', 'weeks'],
  ['y', 'yr', 'yrs', 'year', 'years'],
  ['°c', 'c', 'deg c', 'celsius'],
  ['°f', 'f', 'deg f', 'fahrenheit'],
  ['bpm', '/min', 'beats/min', 'beats per minute', 'per min'],
  ['mmhg', 'mm hg', 'mm[hg]', 'torr'],
  ['mg/dl', 'mg / dl', 'mg%', 'mg per dl'],
  ['g/dl', 'gm/dl', 'g / dl', 'g per dl'],
  ['mmol/l', 'mmol / l', 'mm/l'],
  ['iu', 'i.u', 'international units'],
  ['$', 'usd', 'dollar', 'dollars'],
  ['€', 'eur', 'euro', 'euros'],
]

const canonical: ReadonlyMap<string, string> = new Map(spellings.flatMap((ways) => ways.map((way) => [way, ways[0] ?? way])))

/** The unit that a spelling stands for, whatever its case and with or without a full stop; undefined for what is no known unit. */
export const unitOf = (spelling: string): string | undefined => canonical.get(spelling.trim().toLowerCase().replace(/\.$/, ''))
