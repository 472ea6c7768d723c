import {describe, expect, it} from 'vitest'
import {hintsOf, isOwnKey} from '../../../src/core/contract/name-hints.ts'
import {guessReadings, type Reading} from '../../../src/core/contract/readings.ts'
import {checkDateFormat} from '../../../src/core/expr/date-format.ts'

const guess = (samples: readonly string[], isTime = false): readonly string[] =>
  guessReadings(samples, {isTime}).readings.map(describeReading)

function describeReading({type, formats, offsetRequired, decimalComma, order}: Reading): string {
  const extras = [offsetRequired ? 'offset' : '', decimalComma ? 'comma' : '', order ?? '', ...formats]
  return [type, ...extras].filter((part) => part !== '').join(' ')
}

describe('readings of samples', () => {
  it.each([
    [
      ['1', '-2', '+3'],
      ['integer', 'number'],
    ],
    [['1', '2.5', '1e3'], ['number']],
    [['1,5', '2', '0,25'], ['number comma']],
    [['1,234', '5,678'], []],
    [['yes', 'No'], ['boolean']],
    [['T', 'f'], ['boolean']],
    [['No'], []],
    [['yes', 'no', 'maybe'], []],
    [
      ['1', '0'],
      ['integer', 'number'],
    ],
    [['some', 'words'], []],
    [[], []],
  ])('%j gives %j', (samples, readings) => {
    expect(guess(samples)).toEqual(readings)
  })

  it.each([
    [['2024-01-31', '1999-12-01'], ['date']],
    [['2024-1-3'], ['date yyyy-M-d']],
    [['2024/01/31'], ['date yyyy/MM/dd']],
    [['31.01.2024', '01.02.2024'], ['date dd.MM.yyyy']],
    [['31.1.2024', '01.02.2024'], ['date d.M.yyyy']],
    [['31/01/2024'], ['date dayFirst dd/MM/yyyy', 'date monthFirst MM/dd/yyyy']],
    [['1-2-2024'], ['date dayFirst d-M-yyyy', 'date monthFirst M-d-yyyy']],
    [['2024-01-31', '31.01.2024'], ['date yyyy-MM-dd dd.MM.yyyy']],
    [
      ['2024-01-31T10:00:00Z', '2024-01-31T10:00:00.123+02:00'],
      ['timestamp offset', 'timestamp'],
    ],
    [['2024-01-31 10:00:00', '2024-01-31T10:00:00.5'], ['timestamp']],
    [['2024-01-31 10:00'], ['timestamp yyyy-MM-dd HH:mm']],
    [['2024-01-31T10:00'], ["timestamp yyyy-MM-dd'T'HH:mm"]],
    [['31.01.2024 9:05:00'], ['timestamp dd.MM.yyyy H:mm:ss']],
    [['2024-01-31', '2024-01-31 10:00:00'], ['timestamp yyyy-MM-dd yyyy-MM-dd HH:mm:ss']],
  ])('%j gives %j', (samples, readings) => {
    expect(guess(samples)).toEqual(readings)
  })

  it.each([
    [
      ['20240131', '19991201'],
      ['date yyyyMMdd', 'integer', 'number'],
    ],
    [['202401311005'], ['timestamp yyyyMMddHHmm', 'integer', 'number']],
    [['20240131100501'], ['timestamp yyyyMMddHHmmss', 'integer', 'number']],
    [['99999999'], ['integer', 'number']],
  ])('%j gives %j where the name speaks of time', (samples, readings) => {
    expect(guess(samples, true)).toEqual(readings)
  })

  it('allows for a few values that do not fit, and no more', () => {
    const nine = Array.from({length: 9}, (_, n) => String(n))

    expect(guess([...nine, 'x'])).toEqual(['integer', 'number'])
    expect(guess([...nine, 'x', 'y'])).toEqual([])
  })

  it.each([[['31.01.24']], [['31-Jan-2024']], [['Jan 31, 2024']]])('says that %j are dates which are not read', (samples) => {
    expect(guessReadings(samples, {isTime: false})).toEqual({readings: [], unreadDates: true})
  })

  it('writes only patterns that a contract may hold', () => {
    const odd = [
      '1.2.2024 3:04',
      '2024/1/2T03:04:05.678901+02',
      '2024-01-02 03:04:05.6+0200',
      '02-01-2024 03:04:05Z',
      '2024-1-2T3:04:05.123456789-03:30',
    ]

    for (const sample of odd) {
      const readings = guessReadings([sample], {isTime: true}).readings
      expect(readings.length).toBeGreaterThan(0)
      for (const {type, formats} of readings) {
        for (const format of formats) expect(checkDateFormat(format, type === 'date' ? 'date' : 'timestamp')).toMatchObject({ok: true})
      }
    }
  })
})

describe('hints of column names', () => {
  it.each([
    ['SSN', 'social-security-number'],
    ['birthDate', 'date'],
    ['DEATHDATE', 'date'],
    ['Patient First Name', 'name'],
    ['LAST', 'name'],
    ['phone_number', 'telephone'],
    ['EmailAddress', 'email'],
    ['MRN', 'medical-record-number'],
    ['patient_nbr', 'medical-record-number'],
    ['PATIENT', 'medical-record-number'],
    ['policy_number', 'health-plan-number'],
    ['DRIVERS', 'licence-number'],
    ['ZIP', 'geography'],
    ['Address1', 'geography'],
    ['LAT', 'geography'],
    ['ip_address', 'ip-address'],
    ['udi', 'device-identifier'],
    ['value', undefined],
    ['description', undefined],
    ['outpatient', undefined],
    ['platelets', undefined],
    ['number_inpatient', undefined],
    ['latex_allergy', undefined],
    ['lasting', undefined],
  ])('%s suggests %s', (name, category) => {
    expect(hintsOf(name, 'visit').phiCategory).toBe(category)
  })

  it('know the id of a dataset of people for a person', () => {
    expect([hintsOf('Id', 'patient').phiCategory, hintsOf('Id', 'bed').phiCategory]).toEqual(['medical-record-number', undefined])
  })

  it.each(['id', 'visit_id', 'VisitID', 'VISITID', 'order_no', 'uuid', 'accession'])('take %s for an identifier', (name) => {
    expect(hintsOf(name, 'visit').isIdentifier).toBe(true)
  })

  it.each(['paid', 'valid', 'covid', 'acid', 'fluid', 'number_of_beds', 'num_procedures', 'value'])('take %s for none', (name) => {
    expect(hintsOf(name, 'visit').isIdentifier).toBe(false)
  })

  it('know a dataset by its own key', () => {
    expect(['id', 'visit_id', 'VisitId', 'visit_no'].map((name) => isOwnKey(name, 'visit'))).toEqual([true, true, true, true])
    expect(['patient_id', 'value', 'visit'].map((name) => isOwnKey(name, 'visit'))).toEqual([false, false, false])
  })
})
