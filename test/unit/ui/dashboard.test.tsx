import {afterEach, describe, expect, it} from 'vitest'
import {HippoError} from '../../../src/core/errors/hippo-error.ts'
import {startDashboard} from '../../../src/ui/dashboard.tsx'
import {crowded, hospital, now} from '../../golden/dashboard-fixtures.ts'
import {openDashboard, type TestDashboard} from '../../support/dashboard.tsx'
import {fakeReader} from '../../support/fake-reader.ts'
import {testTerminal} from '../../support/terminal.ts'

let dashboard: TestDashboard | undefined
afterEach(() => dashboard?.close())

const open = (facts = hospital) => {
  const reader = fakeReader(facts)
  dashboard = openDashboard(reader, {now: () => now})
  return {dashboard, reader}
}

const selectedLine = (frame: string): string => frame.split('\n').find((line) => line.startsWith('▸')) ?? ''

describe('the dashboard', () => {
  it('takes several keys that arrive at once one after the other', async () => {
    const {dashboard} = open()
    await dashboard.until('DATASETS')

    dashboard.type('jj')

    expect(selectedLine(await dashboard.until((frame) => selectedLine(frame).includes('21 rows')))).toContain('observation')
  })

  it('opens a row, and Esc comes back to it', async () => {
    const {dashboard} = open()
    await dashboard.until('DATASETS')
    dashboard.type('jj\r')
    await dashboard.until('QUARANTINE')

    dashboard.type('\u001b')

    expect(selectedLine(await dashboard.until('DATASETS'))).toContain('21 rows')
  })

  it('shows only rows with the words of the filter, and all again after Esc', async () => {
    const {dashboard} = open(crowded)
    await dashboard.until('table_01')

    dashboard.type('/_42')
    const filtered = await dashboard.until((frame) => selectedLine(frame).includes('table_42'))
    dashboard.type('\r')
    dashboard.type('\u001b')
    const all = await dashboard.until('table_01')

    expect(filtered).not.toContain('table_01')
    expect(all).not.toContain('/_42')
  })

  it('keeps the selection on its row when rows come and go above it', async () => {
    const {dashboard, reader} = open()
    await dashboard.until('DATASETS')
    dashboard.type('jj')
    await dashboard.until((frame) => selectedLine(frame).includes('21 rows'))

    reader.become({...hospital, attention: [...crowded.attention.slice(0, 2), ...hospital.attention]})

    expect(selectedLine(await dashboard.until('table_00'))).toContain('21 rows')
  })

  it('shows progress of another process when it is told, without waiting for the next look', async () => {
    const reader = fakeReader({...hospital, running: []})
    dashboard = openDashboard(reader, {now: () => now, refreshMs: 0})
    await dashboard.until('DATASETS')

    reader.become(hospital)

    expect(await dashboard.until('RUNNING')).toContain('8.1 M of 12.3 M rows')
  })

  it('never asks twice at a time, however slow the answers are', async () => {
    let asking = 0
    let most = 0
    const reader = fakeReader(hospital, {
      before: async () => {
        most = Math.max(most, ++asking)
        await new Promise((resolve) => setTimeout(resolve, 60))
        asking--
      },
    })
    dashboard = openDashboard(reader, {now: () => now, refreshMs: 5})
    await dashboard.until('DATASETS')
    await dashboard.until(() => (reader.asked.overview ?? 0) >= 3)

    expect(most).toBe(1)
  })

  it('keeps the last picture beside the error when a later question fails', async () => {
    let fails = false
    const reader = fakeReader(hospital, {
      before: async () => {
        if (fails) throw new HippoError('CATALOG_UNREACHABLE', {message: 'the database cannot be reached'})
      },
    })
    dashboard = openDashboard(reader, {now: () => now})
    await dashboard.until('DATASETS')

    fails = true

    expect(await dashboard.until('CATALOG_UNREACHABLE')).toContain('DATASETS')
  })

  it('reads rejected rows once for a judgement, not at every look', async () => {
    const {dashboard, reader} = open()
    await dashboard.until('DATASETS')
    dashboard.type('2')
    await dashboard.until('need a look')
    dashboard.type('\r')
    await dashboard.until('hemolyzed')
    const looks = reader.asked.checkHistory ?? 0
    await dashboard.until(() => (reader.asked.checkHistory ?? 0) > looks + 3)

    expect(reader.asked.quarantinedRows).toBe(1)
  })

  it('lays itself out anew when the terminal changes its size', async () => {
    const {dashboard} = open()
    await dashboard.until('DATASETS')

    dashboard.resize(120, 40)
    const wide = await dashboard.until('trend')
    dashboard.resize(30, 5)

    expect(wide.split('\n')).toHaveLength(40)
    expect(await dashboard.until('too small')).toContain('30x5')
  })

  it('says how it ended', async () => {
    const {dashboard} = open()
    await dashboard.until('DATASETS')

    dashboard.type('\u0003')

    expect(await dashboard.ended).toBe('interrupted')
  })
})

describe('startDashboard', () => {
  const options = () => {
    const {stdin, stdout, ...terminal} = testTerminal(80, 24)
    const stopping = new AbortController()
    return {
      terminal,
      stopping,
      options: {reader: fakeReader(hospital), stdin, stdout, theme: {color: false, unicode: true}, now: () => now, signal: stopping.signal},
    }
  }

  it('refuses to start off a terminal', async () => {
    const {options: given} = options()
    const piped = Object.assign(Object.create(given.stdout), {isTTY: false})

    await expect(startDashboard({...given, stdout: piped})).rejects.toMatchObject({code: 'CONFIG_USAGE'})
  })

  it.each([
    ['q', 'quit'],
    ['\u0003', 'interrupted'],
  ])('gives the terminal back after %j', async (key, end) => {
    const {options: given, terminal} = options()
    const ended = startDashboard(given)
    await new Promise((resolve) => setTimeout(resolve, 100))

    terminal.type(key)

    expect(await ended).toBe(end)
    expect(terminal.written()).toMatch(/\u001b\[\?1049h[\s\S]*\u001b\[\?1049l/)
  })

  it('gives the terminal back when a signal ends it', async () => {
    const {options: given, terminal, stopping} = options()
    const ended = startDashboard(given)
    await new Promise((resolve) => setTimeout(resolve, 100))

    stopping.abort()

    expect(await ended).toBe('aborted')
    expect(terminal.written()).toMatch(/\u001b\[\?1049h[\s\S]*\u001b\[\?1049l/)
  })

  it('gives the terminal back when drawing fails, and passes the failure on', async () => {
    const {options: given, terminal} = options()
    const broken = {...given, now: () => new Date(Number.NaN)}

    await expect(startDashboard(broken)).rejects.toThrow(RangeError)
    expect(terminal.written()).toMatch(/\u001b\[\?1049l/)
  })
})
