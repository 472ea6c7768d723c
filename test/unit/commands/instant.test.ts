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

  it.each(['2026-11-20T02:00:00', '2026-02-30', '2026-13-01', '2026-02-30T00:00:00Z', 'yesterday', '20261120', ''])(
    'refuses %s: it has no offset or is no day',
    (text) => {
      expect(() => parseInstant(text, 'since')).toThrow(expect.objectContaining({code: 'CONFIG_USAGE'}))
    },
  )
})
