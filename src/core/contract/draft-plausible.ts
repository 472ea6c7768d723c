// Which columns of a draft hold vital signs or laboratory results, by what they mean: a number beside a column of LOINC terms and
// one of units, or a column that is called after a quantity. They are drafted with the clinical pack's ranges, as warnings, by age and sex where
// the same rows hold them and leave no choice.
import type {ColumnProfile} from './column-profile.ts'
import {isCalledAfter} from './measurement-columns.ts'
import {snakeName} from './name-hints.ts'

type Json = Readonly<Record<string, unknown>>

/** The parameters of `plausibleRange` for each column by its place; `names` are those of the contract. */
export function plausibleByColumn(columns: readonly ColumnProfile[], names: readonly string[]): ReadonlyMap<number, Json> {
  const codes = columns.flatMap(({codeSystem}, index) => (codeSystem === 'loinc' ? [index] : []))
  const units = columns.flatMap(({name}, index) => (isCalledAfter('unit', name) ? [index] : []))
  const [code, unit] = [codes.length === 1 ? codes[0] : undefined, units.length === 1 ? units[0] : undefined]
  const person = personOf(columns, names)
  const found = columns.flatMap((column, index): readonly (readonly [number, Json])[] => {
    const snake = snakeName(column.name)
    if (!isNumber(column)) return []
    if (code !== undefined && unit !== undefined && isCalledAfter('value', column.name))
      return [[index, {code: names[code], unit: names[unit], ...person}]]
    const quantity = quantities.find(([names]) => names.test(snake))
    return quantity === undefined ? [] : [[index, {loinc: quantity[1], ucum: quantity[2], ...person}]]
  })
  return new Map(found)
}

const called = {
  birth: /birth|(^|_)(dob|born)(_|$)/,
  death: /death|(^|_)(dod|died|deceased)(_|$)/,
  sex: /^((birth|administrative)_)?(sex|gender)$/,
} as const

/** Where the rows themselves hold the birth date and one other time, or the sex, of whom they are about. */
function personOf(columns: readonly ColumnProfile[], names: readonly string[]): Json {
  const moments = columns.flatMap((column, index) => (isMoment(column) ? [{snake: snakeName(column.name), name: names[index]}] : []))
  const births = moments.filter(({snake}) => called.birth.test(snake))
  const events = moments.filter(({snake}) => !called.birth.test(snake) && !called.death.test(snake))
  const texts = columns.flatMap(({name, readings}, index) =>
    readings.length === 0 && called.sex.test(snakeName(name)) ? [names[index]] : [],
  )
  const [birth, event, sex] = [births[0]?.name, events[0]?.name, texts[0]]
  return {
    ...(births.length === 1 && events.length === 1 ? {age: {birth, at: event}} : {}),
    ...(texts.length === 1 ? {sex} : {}),
  }
}

/** A draft makes it a date or a time. */
function isMoment({readings}: ColumnProfile): boolean {
  const whole = readings.filter(({unreadable}) => unreadable === 0).map(({reading}) => reading)
  const isTime = whole[0]?.type === 'date' || whole[0]?.type === 'timestamp'
  return isTime && whole.filter(({order}) => order !== undefined).length < 2
}

const isNumber = ({readings, rows, nulls}: ColumnProfile): boolean =>
  rows > nulls && readings.some(({reading, unreadable}) => unreadable === 0 && (reading.type === 'number' || reading.type === 'integer'))

/** Names that leave one quantity and one unit; where the unit is not the same everywhere, the name has to say it. */
const quantities: readonly (readonly [called: RegExp, loinc: string, ucum: string])[] = [
  [/^(heart_rate|hr|pulse(_rate)?)(_bpm)?$/, '8867-4', '/min'],
  [/^(respiratory_rate|resp_rate|breathing_rate)$/, '9279-1', '/min'],
  [/^(systolic(_(bp|blood_pressure|pressure))?|sbp|bp_sys(tolic)?)(_mmhg)?$/, '8480-6', 'mm[Hg]'],
  [/^(diastolic(_(bp|blood_pressure|pressure))?|dbp|bp_dia(stolic)?)(_mmhg)?$/, '8462-4', 'mm[Hg]'],
  [/^(mean_arterial_pressure|map)_mmhg$/, '8478-0', 'mm[Hg]'],
  [/^(spo2|sao2|o2_sat(uration)?|oxygen_saturation)(_(pct|percent))?$/, '59408-5', '%'],
  [/^(gcs(_total)?|glasgow_coma_(score|scale))$/, '9269-2', '{score}'],
  [/^(pain_(score|severity))$/, '72514-3', '{score}'],
  [/^(body_)?temp(erature)?_(c|cel|celsius|degc)$/, '8310-5', 'Cel'],
  [/^(body_)?temp(erature)?_(f|fahrenheit|degf)$/, '8310-5', '[degF]'],
  [/^(body_)?weight_(kg)$/, '29463-7', 'kg'],
  [/^(body_)?weight_(lbs?|pounds?)$/, '29463-7', '[lb_av]'],
  [/^(body_)?height_(cm)$/, '8302-2', 'cm'],
  [/^(body_)?height_(m)$/, '8302-2', 'm'],
  [/^(body_)?height_(in|inch(es)?)$/, '8302-2', '[in_i]'],
  [/^bmi$|^body_mass_index$/, '39156-5', 'kg/m2'],
  [/^glucose_mg_?dl$/, '2345-7', 'mg/dL'],
  [/^glucose_mmol(_?l)?$/, '2345-7', 'mmol/L'],
  [/^creatinine_mg_?dl$/, '2160-0', 'mg/dL'],
  [/^creatinine_umol(_?l)?$/, '2160-0', 'umol/L'],
  [/^(hba1c|a1c|haemoglobin_a1c|hemoglobin_a1c)_(pct|percent)$/, '4548-4', '%'],
  [/^(sodium|na)_mmol(_?l)?$/, '2951-2', 'mmol/L'],
  [/^(potassium|k)_mmol(_?l)?$/, '2823-3', 'mmol/L'],
]
