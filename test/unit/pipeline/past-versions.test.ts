// Which earlier versions an erasure takes from a bucket that keeps them.
import {describe, expect, it} from 'vitest'
import {refuseLocked, searchPastVersions} from '../../../src/core/pipeline/erasure/past-versions.ts'
import type {KeptVersions, ObjectVersion} from '../../../src/core/store/kept-versions.ts'

/** A bucket that has these versions, and no object under a lock but the last. */
function bucketOf(versions: readonly ObjectVersion[]): KeptVersions {
  return {
    async *versions(prefix) {
      for (const version of versions) if (version.key.startsWith(prefix)) yield version
    },
    lockOf: async ({key}) => (key === versions.at(-1)?.key ? {kind: 'compliance', until: '2030-01-01T00:00:00Z'} : undefined),
    removeVersion: async () => undefined,
  }
}

const versionOf = (key: string, isNewest = false): ObjectVersion => ({key, versionId: '1', isNewest, isMarker: false})

describe('past versions', () => {
  it('of datasets that are only looked through for held persons stay', async () => {
    const store = bucketOf([
      versionOf('silver/visit/a.parquet'),
      versionOf('silver/person/b.parquet'),
      versionOf('quarantine/person/c.parquet'),
    ])
    const datasets = [{contract: {dataset: 'visit'}}, {contract: {dataset: 'person'}, isOnlyForHolds: true}]
    const search = {store, datasets} as unknown as Parameters<typeof searchPastVersions>[0]

    const {past} = await searchPastVersions(search, [])

    expect(past.map(({key}) => key)).toEqual(['silver/visit/a.parquet'])
  })

  it('of a comment that is to be written again are found under a lock before anything is changed', async () => {
    const key = 'notes/visit/1.json'
    const erasure = {store: bucketOf([versionOf(key, true)]), datasets: [], bypassGovernance: false}
    const search = {erasure, bronze: [], tables: [], pastVersions: {past: [], altered: []}} as unknown as Parameters<typeof refuseLocked>[0]

    await refuseLocked(search, [])
    await expect(refuseLocked(search, [key])).rejects.toMatchObject({code: 'STORE_LOCKED'})
  })
})
