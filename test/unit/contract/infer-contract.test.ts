import {describe, expect, it} from 'vitest'
import type {ColumnProfile, DependencyProfile, ProvenReading} from '../../../src/core/contract/column-profile.ts'
import {inferContract} from '../../../src/core/contract/infer-contract.ts'
import {lintContract} from '../../../src/core/contract/lint-contract.ts'
import {readContract} from '../../../src/core/contract/read-contract.ts'
import type {Reading} from '../../../src/core/contract/readings.ts'
import {primaryKey} from '../../../src/core/model/contract.ts'

const rows = 1000

const column = (name: string, profile: Partial<ColumnProfile> = {}): ColumnProfile => ({
  name,
  rows,
  nulls: 0,
  missing: [],
  missingRows: 0,
  hasEdges: false,
  readings: [],
  unreadDates: false,
  leadingZeros: 0,
  longNumbers: 0,
  isUuid: false,
  seemsUnique: false,
  ...profile,
})

const reads = (reading: Partial<Reading> & Pick<Reading, 'type'>, proven: Partial<ProvenReading> = {}): ProvenReading => ({
  reading: {formats: [], ...reading},
  unreadable: 0,
  ...proven,
})

const draft = (columns: readonly ColumnProfile[], dataset = 'visit') => {
  const text = inferContract({dataset, profile: {rows: columns[0]?.rows ?? 0, columns}, today: '2026-11-23'})
  return {text, contract: readContract('visit.odcs.yaml', text)}
}

const types = (columns: readonly ColumnProfile[]): readonly string[] =>
  draft(columns).contract.columns.map(({name, logicalType}) => `${name} ${logicalType}`)

describe('a draft', () => {
  const columns = [
    column('VisitId', {readings: [reads({type: 'integer'}, {min: 1, max: 1000})], isUnique: true}),
    column('First Name', {frequent: {values: ['Ann', 'Bob'], otherRows: 0}}),
    column('sex', {nulls: 3, frequent: {values: ['f', 'm'], otherRows: 0}}),
    column('born', {readings: [reads({type: 'date', formats: ['dd.MM.yyyy']}, {min: '1920-01-01', max: '2020-01-01'})]}),
    column('seen', {readings: [reads({type: 'timestamp'}, {min: '2020-01-01T00:00:00Z', max: '2026-11-01T00:00:00Z'})]}),
    column('temp', {readings: [reads({type: 'number'}, {min: 36.1, max: 39.9})]}),
    column('temp ', {nulls: rows}),
    column('2nd!', {nulls: 1}),
  ]
  const {text, contract} = draft(columns)

  it('can be read, lints clean and names each source column', () => {
    expect(lintContract('visit.odcs.yaml', text)).toEqual([])
    expect(
      contract.columns.map(({name, logicalType, required, sources}) => `${name} ${logicalType} ${required} ${sources.join()}`),
    ).toEqual([
      'visit_id string true VisitId',
      'first_name string true First Name',
      'sex string false sex',
      'born date true born',
      'seen timestamp true seen',
      'temp number true temp',
      'temp_2 string false temp ',
      'column_8 string false 2nd!',
    ])
  })

  it('takes for the key what is called after the dataset and never repeats', () => {
    expect(primaryKey(contract)).toEqual(['visit_id'])
  })

  it('only warns about what was merely seen so far', () => {
    const seen = contract.rules.filter(({kind}) => ['range', 'acceptedValues', 'notInFuture'].includes(kind))

    expect(seen.map(({id, onFailure, params}) => ({id, onFailure, params}))).toEqual([
      {id: 'sex.acceptedValues', onFailure: 'warn', params: {values: ['f', 'm']}},
      {id: 'born.notInFuture', onFailure: 'warn', params: {graceDays: 1}},
      {id: 'seen.notInFuture', onFailure: 'warn', params: {graceDays: 1}},
      {id: 'temp.range', onFailure: 'warn', params: {min: 34, max: 42}},
    ])
  })

  it('marks what its name says is about a person, and lists none of its values', () => {
    expect(text).not.toContain('Ann')
    expect(contract.columns.filter(({phiCategory}) => phiCategory).map(({name, phiCategory}) => `${name} ${phiCategory}`)).toEqual([
      'first_name name',
      'born date',
    ])
  })

  it('quotes what readers of YAML 1.1 would take for something else', () => {
    const {text: quoted} = draft([column('smoker', {frequent: {values: ['No', 'off', '012', '~'], otherRows: 0}})])

    expect(quoted).toContain('validValues: ["No", "off", "012", "~"]')
  })
})

describe('a drafted type', () => {
  it('is the first reading that holds for every value', () => {
    const whole = reads({type: 'integer'}, {unreadable: 1, min: 1, max: 5})

    expect(types([column('a', {readings: [whole, reads({type: 'number'}, {min: 1, max: 5.5})]})])).toEqual(['a number'])
  })

  it('is text where values differ, with how many', () => {
    const {text} = draft([column('a', {readings: [reads({type: 'integer'}, {unreadable: 12})]})])

    expect(text).toContain('# Kept as text: 12 of 1000 values are no integer.')
    expect(text).toContain('logicalType: string')
  })

  it('is text where day and month cannot be told apart, with both ways to say it', () => {
    const swapped = [
      reads({type: 'date', formats: ['dd/MM/yyyy'], order: 'dayFirst'}),
      reads({type: 'date', formats: ['MM/dd/yyyy'], order: 'monthFirst'}),
    ]
    const {text} = draft([column('seen', {readings: swapped})])

    expect(text).toMatch(/cannot be told apart.*\{format: dd\/MM\/yyyy\} or \{format: MM\/dd\/yyyy\}/)
    expect(types([column('seen', {readings: swapped})])).toEqual(['seen string'])
  })

  it('has the format that one order alone can read', () => {
    const readings = [
      reads({type: 'date', formats: ['dd/MM/yyyy'], order: 'dayFirst'}, {unreadable: 4}),
      reads({type: 'date', formats: ['MM/dd/yyyy'], order: 'monthFirst'}),
    ]

    expect(draft([column('seen', {readings})]).contract.columns[0]).toMatchObject({logicalType: 'date', formats: ['MM/dd/yyyy']})
  })

  it('keeps every form of a date that was found', () => {
    const readings = [reads({type: 'date', formats: ['yyyy-MM-dd', 'dd.MM.yyyy']})]

    expect(draft([column('seen', {readings})]).contract.columns[0]?.formats).toEqual(['yyyy-MM-dd', 'dd.MM.yyyy'])
  })

  it.each([
    ['leading zeros', {leadingZeros: 3}],
    ['more digits than a number keeps', {longNumbers: 1}],
  ])('stays text for the sake of %s', (_, loss) => {
    const readings = [reads({type: 'number'}, {min: 0, max: 1})]

    expect(types([column('amount', {readings, ...loss})])).toEqual(['amount string'])
  })

  it.each(['patient_id', 'order_no', 'icd_code', 'zip'])('of %s is text, whatever its digits', (name) => {
    expect(types([column(name, {readings: [reads({type: 'integer'}, {min: 1, max: 9})]})])).toEqual([`${name} string`])
  })
})

describe('drafted steps', () => {
  it('take marks of absence for no value', () => {
    const {contract, text} = draft([
      column('weight', {nulls: 40, missing: ['?', 'NA'], missingRows: 40, readings: [reads({type: 'integer'}, {min: 1, max: 9})]}),
    ])

    expect(contract.columns[0]?.steps.map(({kind, params}) => ({kind, params}))).toEqual([{kind: 'nullIf', params: {values: ['?', 'NA']}}])
    expect(text).toContain('# ? and NA is taken for "no value" (40 rows).')
  })

  it('leave words alone that are marks among numbers only', () => {
    const {contract} = draft([column('note', {nulls: 9, missing: ['?', 'unknown'], missingRows: 9, hasEdges: true})])

    expect(contract.columns[0]?.steps.map(({kind, params}) => ({kind, params}))).toEqual([
      {kind: 'trim', params: {}},
      {kind: 'nullIf', params: {values: ['?']}},
    ])
  })

  it('make points of decimal commas', () => {
    const {contract} = draft([column('value', {readings: [reads({type: 'number', decimalComma: true}, {min: 0, max: 2})]})])

    expect(contract.columns[0]?.steps.map(({kind, params}) => ({kind, params}))).toEqual([
      {kind: 'replaceText', params: {find: ',', by: '.'}},
    ])
  })
})

describe('a drafted list of values', () => {
  const list = (name: string, profile: Partial<ColumnProfile>): boolean => draft([column(name, profile)]).text.includes('validValues')

  it('needs enough rows, and hardly any value that is neither listed nor mistyped', () => {
    expect(list('class', {frequent: {values: ['a', 'b'], misspeltRows: 10, otherRows: 10}})).toBe(true)
    expect(list('class', {frequent: {values: ['a', 'b'], misspeltRows: 11, otherRows: 11}})).toBe(false)
    expect(list('class', {frequent: {values: ['a', 'b'], otherRows: 1}})).toBe(false)
    expect(list('class', {rows: 19, frequent: {values: ['a', 'b'], otherRows: 0}})).toBe(false)
  })

  it.each(['attending', 'recorded_by', 'ward_name', 'account_no', 'city'])('is never made of %s', (name) => {
    expect(list(name, {frequent: {values: ['a', 'b'], otherRows: 0}})).toBe(false)
  })

  it.each([
    [['Smith, Ann', 'Jones, Bob']],
    [['Ann Smith', 'Bob P. Jones']],
    [['Dr. House', 'Dr. Who']],
    [['555 123 456', '079 123 45 67']],
    [['x'.repeat(41), 'y']],
  ])('is never made of %j', (values) => {
    expect(list('lead', {frequent: {values, otherRows: 0}})).toBe(false)
  })
})

describe('what other values suggest', () => {
  const rulesOf = (columns: readonly ColumnProfile[], dependencies: readonly DependencyProfile[] = []) => {
    const text = inferContract({dataset: 'visit', profile: {rows, columns, dependencies}, today: '2026-11-23'})
    expect(lintContract('visit.odcs.yaml', text)).toEqual([])
    return readContract('visit.odcs.yaml', text).rules.map(({id, onFailure, params}) => ({id, onFailure, params}))
  }

  it('warns where a text does not have the form of the others, unless too many do not', () => {
    const form = (otherRows: number) => rulesOf([column('batch', {nulls: 500, pattern: {source: '^[0-9]{5}$', otherRows}})])

    expect(form(50)).toEqual([{id: 'batch.pattern', onFailure: 'warn', params: {pattern: '^[0-9]{5}$'}}])
    expect(form(51)).toEqual([])
  })

  it('warns where most rows with the same value of another column say something else', () => {
    const columns = [column('Ward Code', {nulls: 1}), column('ward', {nulls: 1})]
    const decided = (outvotedRows: number) => rulesOf(columns, [{determinant: 0, dependent: 1, absentIsBad: true, outvotedRows}])

    expect(decided(100)).toEqual([
      {id: 'ward.functionalDependency', onFailure: 'warn', params: {determinedBy: ['ward_code'], absent: 'bad'}},
    ])
    expect(decided(101)).toEqual([])
  })

  it('drops a unit before the number is read', () => {
    const {contract} = draft([column('weight', {units: ['kg', 'kg.'], readings: [reads({type: 'number'}, {min: 40, max: 90})]})])

    expect(contract.columns.map(({logicalType, steps}) => ({logicalType, steps: steps.map(({kind, params}) => ({kind, params}))}))).toEqual(
      [{logicalType: 'number', steps: [{kind: 'dropUnit', params: {units: ['kg', 'kg.']}}]}],
    )
  })
})

describe('a drafted key', () => {
  const key = (columns: readonly ColumnProfile[], dataset = 'visit') => primaryKey(draft(columns, dataset).contract)

  it('may be the first column of many rows', () => {
    expect(key([column('order_no', {isUnique: true})])).toEqual(['order_no'])
    expect(key([column('order_no', {rows: 99, isUnique: true})])).toEqual([])
    expect(key([column('a'), column('order_no', {isUnique: true})])).toEqual([])
  })

  it('never has missing values', () => {
    expect(key([column('visit_id', {isUnique: true, nulls: 1})])).toEqual([])
  })

  it('is said to be missing where there is none', () => {
    expect(draft([column('value')]).text).toContain('No column was found that names a row')
  })
})

describe('required', () => {
  it('is drafted where no value was missing in enough rows', () => {
    const required = (profile: Partial<ColumnProfile>) => draft([column('a', profile)]).contract.columns[0]?.required

    expect([required({}), required({nulls: 1}), required({rows: 19})]).toEqual([true, false, false])
  })
})

describe('a draft of vital signs and laboratory results', () => {
  const number = {readings: [reads({type: 'number'}, {min: 0, max: 9})]}
  const clausesOf = (columns: readonly ColumnProfile[]) =>
    draft(columns)
      .contract.rules.filter(({kind}) => kind === 'plausibleRange' || kind === 'range')
      .map(({id, params, severity}) => ({id, params, severity}))

  it('holds a result beside LOINC terms and units to the clinical pack, and warns', () => {
    const columns = [column('CODE', {codeSystem: 'loinc'}), column('Value', number), column('UNITS'), column('dose', number)]

    expect(clausesOf(columns)).toEqual([
      {id: 'value.plausibleRange', params: {code: 'code', unit: 'units'}, severity: 'warning'},
      {id: 'dose.range', params: {min: 0, max: 14}, severity: 'warning'},
    ])
  })

  it('knows columns that are called after one quantity in one unit, and guesses no unit', () => {
    const names = ['HeartRate', 'weight_kg', 'weight', 'temperature', 'temp_f', 'glucose_mmol_l']

    const told = clausesOf(names.map((name) => column(name, number))).filter(({id}) => id.endsWith('.plausibleRange'))

    expect(told.map(({id, params}) => ({id, ...(params as object)}))).toEqual([
      {id: 'heart_rate.plausibleRange', loinc: '8867-4', ucum: '/min'},
      {id: 'weight_kg.plausibleRange', loinc: '29463-7', ucum: 'kg'},
      {id: 'temp_f.plausibleRange', loinc: '8310-5', ucum: '[degF]'},
      {id: 'glucose_mmol_l.plausibleRange', loinc: '2345-7', ucum: 'mmol/L'},
    ])
  })

  it('goes by age and sex where the rows hold them, and by no age where two times could be meant', () => {
    const day = {readings: [reads({type: 'date'})]}
    const paramsOf = (columns: readonly ColumnProfile[]) => clausesOf([...columns, column('weight_kg', number)]).at(-1)?.params
    const [born, seen, sent] = [column('DOB', day), column('measured_on', day), column('sent_on', day)]
    const weight = {loinc: '29463-7', ucum: 'kg'}

    expect(paramsOf([born, seen, column('gender')])).toEqual({...weight, age: {birth: 'dob', at: 'measured_on'}, sex: 'gender'})
    expect(paramsOf([born, column('died', day), seen])).toEqual({...weight, age: {birth: 'dob', at: 'measured_on'}})
    expect([[born, seen, sent], [seen], [born]].map(paramsOf)).toEqual([weight, weight, weight])
  })

  it('leaves results alone where the code, the unit or the number is missing, or two columns could be meant', () => {
    const [code, value, unit] = [column('code', {codeSystem: 'loinc'}), column('value', number), column('unit')]
    const text = column('value', {readings: [reads({type: 'number'}, {unreadable: 3})]})

    for (const columns of [
      [column('code'), value, unit],
      [code, value],
      [code, text, unit],
      [code, column('second', {codeSystem: 'loinc'}), value, unit],
    ])
      expect(clausesOf(columns).filter(({id}) => id.endsWith('.plausibleRange'))).toEqual([])
  })
})
