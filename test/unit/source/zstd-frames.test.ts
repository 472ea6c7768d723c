import {constants, zstdCompressSync} from 'node:zlib'
import {describe, expect, it} from 'vitest'
import {prepareBytes} from '../../support/prepared.ts'

const withChecksum = {params: {[constants.ZSTD_c_checksumFlag]: 1}}
const first = zstdCompressSync('id,name\n1,x\n')
const second = zstdCompressSync(`2,y\n${'3,abcdefghij\n'.repeat(50_000)}`, withChecksum)
const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9])

describe('prepareCsv on zstd files', () => {
  it('unpacks every frame and steps over those without content', async () => {
    const {outcome, records} = await prepareBytes(Buffer.concat([first, skippable, second]))

    expect(outcome).toMatchObject({records: 50_002, malformed: {}, notes: ['unpacked from zstd']})
    expect(records[1]).toEqual([3, ['2', 'y']])
  })

  it.each([
    ['a frame cut inside its last block', first.subarray(0, -2)],
    ['a cut second frame', Buffer.concat([first, second.subarray(0, -1)])],
    ['other bytes behind the last frame', Buffer.concat([first, Buffer.from('rest of it')])],
    ['a damaged block', Buffer.concat([first, damaged(second)])],
  ])('refuses %s', async (_, bytes) => {
    const {outcome} = await prepareBytes(bytes)

    expect(outcome).toMatchObject({kind: 'refused', reason: 'file.compressionCorrupt'})
  })
})

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  const middle = Math.floor(copy.length / 2)
  copy[middle] = (copy[middle] ?? 0) ^ 0xff
  return copy
}
