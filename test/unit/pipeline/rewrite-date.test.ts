import {describe, expect, it} from 'vitest'
import {type DamageAt, damages} from '../../../src/core/pipeline/rule-test/damages.ts'
import {rewriteDate} from '../../../src/core/pipeline/rule-test/rewrite-date.ts'

const damaged = (name: string, text: string, ...formats: readonly string[]) => {
  const at: DamageAt = {text, above: null, beside: null, formats}
  return damages.find((one) => one.name === name)?.damage(at)
}

describe('rewriteDate', () => {
  it('writes another date in the form that the contract declares, and leaves the time behind it', () => {
    const nextDay = (text: string, ...formats: readonly string[]) => rewriteDate(text, formats, (date) => ({...date, day: date.day + 1}))

    expect(nextDay('2026-03-04')).toBe('2026-03-05')
    expect(nextDay(' 2026-03-04T10:00:00+01:00')).toBe('2026-03-05T10:00:00+01:00')
    expect(nextDay('04.03.2026', 'yyyy-MM-dd', 'dd.MM.yyyy')).toBe('05.03.2026')
    expect(nextDay('9/3/2026 1:05 PM', 'd/M/yyyy h:mm a')).toBe('10/3/2026 1:05 PM')
    expect(nextDay('3-MAR-26', 'd-MMM-yy')).toBe('4-Mar-26')
    expect(nextDay('20260304', 'yyyyMMdd')).toBe('20260305')
    expect(nextDay('2026-03-04', 'dd.MM.yyyy')).toBe('2026-03-05')
    expect(nextDay('soon', 'dd.MM.yyyy')).toBeUndefined()
  })
})

describe('damage of dates', () => {
  it('keeps to the form of the column', () => {
    expect(damaged('dayMonthSwapped', '04.03.2026', 'dd.MM.yyyy')).toBe('03.04.2026')
    expect(damaged('dayMonthSwapped', '3-Apr-26', 'd-MMM-yy')).toBeUndefined()
    expect(damaged('dayMonthSwapped', '2026-03-13')).toBeUndefined()
    expect(damaged('centuryOff', '04.03.2026', 'dd.MM.yyyy')).toBe('04.03.1926')
    expect(damaged('inFuture', '03-Apr-26', 'dd-MMM-yy')).toBe('03-Apr-36')
    expect(damaged('noSuchDay', '3 September 2026', 'd MMMM yyyy')).toBe('30 February 2026')
    expect(damaged('noSuchDay', '2026-03-04T10:00:00Z')).toBe('2026-02-30T10:00:00Z')
  })
})
