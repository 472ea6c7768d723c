import {mkdtemp, rm, utimes, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {history} from '../../../src/core/delta/history.ts'
import {readSnapshot} from '../../../src/core/delta/snapshot.ts'
import {openLocalStore} from '../../../src/core/store/local/local-store.ts'
import {recordingStore} from '../../support/recording-store.ts'
import {logPath, metaData, plainProtocol, writeLog} from './foreign-fixture.ts'

let lake: string
let folder: string
beforeEach(async () => {
  lake = await mkdtemp(join(tmpdir(), 'hippo-times-'))
  folder = join(lake, 't')
})
afterEach(() => rm(lake, {recursive: true}))

const id = {name: 'id', type: 'long'}

/** A log whose entry of version n was modified at `modified[n]` seconds and carries `own[n]` seconds as its own time. */
async function logWith(modified: readonly number[], own: readonly (number | undefined)[] = [], configuration = {}): Promise<void> {
  for (const [version, time] of modified.entries()) {
    const seconds = own[version]
    const commitInfo = {commitInfo: seconds === undefined ? {} : {inCommitTimestamp: seconds * 1000}}
    await writeLog(folder, version, [
      commitInfo,
      ...(version === 0 ? [plainProtocol, metaData([id], {configuration})] : [{txn: {appId: 'a', version}}]),
    ])
    await utimes(logPath(folder, version), time, time)
  }
}

const versionAt = async (milliseconds: number) => {
  const snapshot = await readSnapshot(await openLocalStore(lake), 't', {asOf: new Date(milliseconds)})
  return snapshot?.version
}

describe('the version of an instant', () => {
  it('goes by the modification times of the log entries', async () => {
    await logWith([10, 20, 30])

    expect(await Promise.all([10_000, 19_999, 20_000, 99_000].map(versionAt))).toEqual([0, 0, 1, 2])
  })

  it('moves on by a millisecond where a clock went back', async () => {
    await logWith([10, 50, 20, 30, 60])

    expect(await Promise.all([49_999, 50_000, 50_001, 50_002, 60_000].map(versionAt))).toEqual([0, 1, 2, 3, 4])
  })

  it('is the version whose time history shows, also where clocks went back or the writer had another', async () => {
    await logWith([10, 50, 20, 20, 60], [])

    for (const {version, timestamp} of await history(await openLocalStore(lake), 't'))
      expect({version, found: await versionAt(Date.parse(timestamp))}).toEqual({version, found: version})
  })

  it('is unknown before the log begins, and the error says how far back it reaches', async () => {
    await logWith([10, 20])

    await expect(versionAt(9999)).rejects.toMatchObject({
      code: 'TABLE_VERSION_UNKNOWN',
      message: 'table t: no version is as old as 1970-01-01T00:00:09.999Z; its log reaches back to version 0 of 1970-01-01T00:00:10.000Z',
    })
  })

  it('goes by the times in the commits where the table keeps them, whatever the files say', async () => {
    await logWith([99, 5, 7, 5], [10, 20, 30, 40], {'delta.enableInCommitTimestamps': 'true'})

    expect(await Promise.all([10_000, 19_999, 20_000, 35_000, 99_000].map(versionAt))).toEqual([0, 0, 1, 2, 3])
    await expect(versionAt(9999)).rejects.toMatchObject({code: 'TABLE_VERSION_UNKNOWN'})
  })

  it('goes by the files up to the version that began to keep times in commits', async () => {
    await logWith([10, 20, 5, 5], [undefined, undefined, 30, 40], {
      'delta.enableInCommitTimestamps': 'true',
      'delta.inCommitTimestampEnablementVersion': '2',
      'delta.inCommitTimestampEnablementTimestamp': '30000',
    })

    expect(await Promise.all([15_000, 29_999, 30_000, 40_000].map(versionAt))).toEqual([0, 1, 2, 3])
  })

  it('is found before an entry that cannot be read, and the entry is named for later instants', async () => {
    await logWith([10, 20, 30, 40])
    await writeFile(logPath(folder, 2), '{"add":')
    await utimes(logPath(folder, 2), 30, 30)

    expect(await Promise.all([10_000, 29_999].map(versionAt))).toEqual([0, 1])
    for (const instant of [30_000, 99_000])
      await expect(versionAt(instant)).rejects.toMatchObject({code: 'TABLE_CORRUPT', details: {version: 2}})
  })

  it('is not guessed where only the entry that cannot be read has the time', async () => {
    await logWith([10, 20, 30, 40], [10, 20, 30, 40], {'delta.enableInCommitTimestamps': 'true'})
    await writeFile(logPath(folder, 3), '')

    expect(await Promise.all([10_000, 29_999].map(versionAt))).toEqual([0, 1])
    for (const instant of [30_000, 99_000])
      await expect(versionAt(instant)).rejects.toMatchObject({code: 'TABLE_CORRUPT', details: {version: 3}})
  })

  it('reads few entries to find it among many', async () => {
    const count = 200
    const times = Array.from({length: count}, (_, version) => version + 1)
    await logWith(times, times, {'delta.enableInCommitTimestamps': 'true'})
    const {store, take} = recordingStore(await openLocalStore(lake))
    await readSnapshot(store, 't', {version: 20})
    const without = take().length

    await readSnapshot(store, 't', {asOf: new Date(21_000)})

    // One reading of the newest version for its metaData, and log2(200) entries.
    expect(take().length - without).toBeLessThanOrEqual(count + 8)
  })

  it('is what history shows of such a table', async () => {
    await logWith([99, 5], [10, 20], {'delta.enableInCommitTimestamps': 'true'})

    const entries = await history(await openLocalStore(lake), 't')

    expect(entries.map(({timestamp}) => timestamp)).toEqual(['1970-01-01T00:00:20.000Z', '1970-01-01T00:00:10.000Z'])
  })
})
