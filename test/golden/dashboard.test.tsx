// Every screen in every state against the frame it should be, in test/golden/dashboard/. `npx vitest -u` writes them anew; read
// the difference. Whatever the frame holds, it fits the terminal and none of it can act on one.
import stringWidth from 'string-width'
import {afterEach, describe, expect, it} from 'vitest'
import {HippoError} from '../../src/core/errors/hippo-error.ts'
import {openDashboard, type TestDashboard} from '../support/dashboard.tsx'
import {type FakeOptions, fakeReader, noFacts, type ReaderFacts} from '../support/fake-reader.ts'
import {crowded, hospital, hostile, now, validated} from './dashboard-fixtures.ts'

const sizes = [
  [80, 24],
  [120, 40],
] as const

/** Keys that lead to a screen. */
const screens = {
  overview: '',
  quality: '2',
  runs: '3',
  dataset: 'jj\r',
  check: '2\r',
  run: '3j\r',
  running: '3\r',
  row: '2\r',
  help: '?',
} as const

type Screen = keyof typeof screens

const states: Readonly<Record<string, {readonly facts: ReaderFacts; readonly options?: FakeOptions; readonly screens: readonly Screen[]}>> =
  {
    full: {facts: hospital, screens: ['overview', 'quality', 'runs', 'dataset', 'check', 'run', 'running', 'row', 'help']},
    empty: {facts: noFacts, screens: ['overview', 'quality', 'runs']},
    loading: {facts: hospital, options: {before: () => new Promise(() => undefined)}, screens: ['overview', 'quality', 'runs']},
    error: {
      facts: hospital,
      options: {
        before: () =>
          Promise.reject(new HippoError('CATALOG_NEWER', {message: 'the catalog was written by a newer hippo', hint: 'update hippo'})),
      },
      screens: ['overview', 'quality', 'runs'],
    },
    hostile: {facts: hostile, screens: ['overview', 'quality', 'runs', 'dataset', 'check', 'run', 'row']},
    validated: {facts: validated, screens: ['quality', 'check']},
    crowded: {facts: crowded, screens: ['overview']},
  }

const cases = Object.entries(states).flatMap(([state, {facts, options, screens: shown}]) =>
  shown.flatMap((screen) =>
    sizes.map(([columns, rows]) => ({state, facts, options, screen, columns, rows, name: `${screen}-${state}-${columns}x${rows}`})),
  ),
)

let dashboard: TestDashboard | undefined
afterEach(() => dashboard?.close())

async function frameOf({state, facts, options, screen, columns, rows}: (typeof cases)[number]): Promise<string> {
  dashboard = openDashboard(fakeReader(facts, options), {columns, rows, now: () => now})
  const waiting = {isReading: state === 'loading'}
  await dashboard.settled(waiting)
  for (const key of screens[screen]) {
    dashboard.type(key)
    await dashboard.settled(waiting)
  }
  // The rows arrive after the page; the first of them is then the first row of all.
  if (screen === 'row') dashboard.type('\r')
  return dashboard.settled(waiting)
}

describe('a frame of the dashboard', () => {
  it.each(cases)('$name is as it should be, fits, and cannot act on the terminal', async (given) => {
    const frame = await frameOf(given)

    const lines = frame.split('\n')
    expect(lines.length).toBeLessThanOrEqual(given.rows)
    expect(lines.filter((line) => stringWidth(line) > given.columns)).toEqual([])
    expect(frame.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/)
    await expect(`${frame}\n`).toMatchFileSnapshot(`dashboard/${given.name}.txt`)
  })

  it('says since when the picture is old while the database is away, and keeps it', async () => {
    const reader = fakeReader(hospital)
    dashboard = openDashboard(reader, {now: () => now})
    await dashboard.until('live')

    reader.turn({state: 'stale', since: '2026-03-04T11:31:07.000Z'})

    await expect(`${await dashboard.until('stale since')}\n`).toMatchFileSnapshot('dashboard/overview-stale-80x24.txt')
  })

  it('needs neither colour nor characters beyond ASCII for anything of its own', async () => {
    dashboard = openDashboard(fakeReader(hospital), {now: () => now, theme: {color: false, unicode: false, timeZone: 'UTC'}})

    const frame = await dashboard.settled()

    expect(frame).not.toMatch(/[^\u0020-\u007e\n]/)
    await expect(`${frame}\n`).toMatchFileSnapshot('dashboard/overview-ascii-80x24.txt')
  })

  it('uses the width of a wide terminal for the texts', async () => {
    dashboard = openDashboard(fakeReader(hospital), {columns: 300, rows: 24, now: () => now})
    dashboard.type('2')

    const frame = await dashboard.until('unit is one of those allowed for its code')

    expect(frame.split('\n')[1]).toHaveLength(300)
  })
})
