import {describe, expect, it} from 'vitest'
import {parseInstant} from '../../../src/commands/shell/instant.ts'

describe('parseInstant', () => {
  it.each([
    ['2026-11-20', '2026-11-20T00:00:00.000Z'],
    ['2026-11-20T02:00:00+01:00', '2026-11-20T01:00:00.000Z'],
    ['2026-11-20T02:00:00.250+0000', '2026-11-20T02:00:00.250Z'],
    ['2026-11-20T02:00Z', '2026-11-20T02:00:00.000Z'],
  ])('reads %s', (text, instant) => {
    expect(parseInstant(text, 'since')).toBe(instant)
  })

  it.each([
    ['yesterday', '2026-10-31T00:00:00.000Z'],
    ['today', '2026-11-01T00:00:00.000Z'],
    ['now', '2026-11-01T00:30:00.000Z'],
  ])('takes %s as a day of UTC, whatever zone the machine is in', (text, instant) => {
    expect(parseInstant(text, 'as-of', new Date('2026-11-01T01:30:00+01:00'))).toBe(instant)
  })

  it.each(['2026-11-20T02:00:00', '2026-02-30', '2026-13-01', '2026-02-30T00:00:00Z', 'tomorrow', '20261120', ''])(
    'refuses %s: it has no offset or is no day',
    (text) => {
      expect(() => parseInstant(text, 'since')).toThrow(expect.objectContaining({code: 'CONFIG_USAGE'}))
    },
  )
})
