import {describe, expect, it} from 'vitest'
import {
  formatAgo,
  formatBytes,
  formatCount,
  formatDuration,
  formatPercent,
  formatPlural,
  formatScore,
  formatShortCount,
} from '../../../src/ui/report/format.ts'

describe('numbers', () => {
  it('groups thousands, also beyond safe integers', () => {
    expect(formatCount(12_310)).toBe('12,310')
    expect(formatCount(9_007_199_254_740_993n)).toBe('9,007,199,254,740,993')
  })

  it('agrees in number', () => {
    expect([formatPlural(0, 'row'), formatPlural(1, 'row'), formatPlural(2, 'row')]).toEqual(['0 rows', '1 row', '2 rows'])
  })

  it('shortens large counts and sizes, and never shows 1000 of a unit', () => {
    expect([950, 412_000, 8_100_000, 999_499, 999_600].map(formatShortCount)).toEqual(['950', '412 k', '8.1 M', '999 k', '1.0 M'])
    expect([0, 999, 1000, 4_123_456, 212_000_000, 999_960].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '4.1 MB',
      '212 MB',
      '1.0 MB',
    ])
  })

  it('calls only a perfect score 100', () => {
    expect([formatScore(100), formatScore(99.999), formatScore(undefined)]).toEqual(['100', '99', '—'])
  })

  it('shows small percentages as more than none', () => {
    expect([0, 0.004, 0.11, 4.1, 31, 100].map(formatPercent)).toEqual(['0 %', '< 0.01 %', '0.11 %', '4.1 %', '31 %', '100 %'])
  })
})

describe('times', () => {
  const now = new Date('2026-03-04T12:00:00Z')
  const ago = (instant: string): string => formatAgo(instant, now, 'UTC')

  it('uses the two units that matter', () => {
    expect([320, 4200, 59_949, 59_960, 192_000, 3_600_000, 7_500_000, 180_000_000].map(formatDuration)).toEqual([
      '0.3 s',
      '4.2 s',
      '59.9 s',
      '1 min',
      '3 min 12 s',
      '1 h',
      '2 h 5 min',
      '2 d 2 h',
    ])
  })

  it('is relative while that says more than a date', () => {
    expect([
      ago('2026-03-04T11:59:30Z'),
      ago('2026-03-04T11:44:00Z'),
      ago('2026-03-04T02:15:00Z'),
      ago('2026-03-03T02:15:00Z'),
      ago('2026-03-02T11:00:00Z'),
      ago('2026-01-01T00:00:00Z'),
    ]).toEqual(['just now', '16 min ago', '10 h ago', 'yesterday 02:15', '2 d ago', '2026-01-01'])
  })

  it('shows an instant ahead of the clock as it is', () => {
    expect(ago('2026-03-04T13:00:00Z')).toBe('2026-03-04 13:00')
  })

  it('counts days in the zone of the reader', () => {
    expect(formatAgo('2026-03-03T23:30:00Z', now, 'Europe/Berlin')).toBe('13 h ago')
  })
})
