// Every fixture of delimited text, with each of its records left out in turn: the others must read as before, and every other
// byte of the text must stay. Sizes are small, so all of it is tried.
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync} from 'node:zlib'
import {describe, expect, it} from 'vitest'
import {HippoError} from '../../../src/core/errors/hippo-error.ts'
import {cutRecords} from '../../../src/core/source/files/cut-records.ts'
import {captureOf, prepareBytes, type ReadRecord} from '../../support/prepared.ts'

const fixtures = path.resolve(import.meta.dirname, '../../fixtures/csv')
const receivedOf = (name: string) => readdirSync(path.join(fixtures, name)).find((file) => file.startsWith('received'))
const names = readdirSync(fixtures).filter((name) => !name.includes('.') && receivedOf(name) !== undefined)
const bytesOf = (name: string) => readFileSync(path.join(fixtures, name, receivedOf(name) ?? ''))

async function cut(bytes: Uint8Array, rows: readonly number[]) {
  const folder = mkdtempSync(path.join(tmpdir(), 'hippo-cut-'))
  try {
    const localPath = path.join(folder, 'received')
    writeFileSync(localPath, bytes)
    const options = {localPath, record: captureOf(bytes.length), stagingDirectory: folder, records: new Set(rows)}
    const {path: target, removed} = await cutRecords(options)
    return {bytes: readFileSync(target), removed}
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

const withoutLine = ([, ...rest]: ReadRecord) => rest

function unpack(bytes: Buffer): Buffer {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes)
  return bytes.readUInt32LE(0) === 0xfd2fb528 ? zstdDecompressSync(bytes) : bytes
}

/** The shorter one is the longer one with one piece taken out. */
function isOnePieceShorter(long: Buffer, short: Buffer): boolean {
  let at = 0
  while (at < short.length && long[at] === short[at]) at++
  return long.subarray(long.length - (short.length - at)).equals(short.subarray(at))
}

describe('cutRecords', () => {
  it.each(names)('leaves every other record of %s as it was', async (name) => {
    const bytes = bytesOf(name)
    const before = await prepareBytes(bytes)
    if (before.outcome.kind === 'refused') {
      await expect(cut(bytes, [1])).rejects.toThrow('cannot be read as a whole')
      return
    }
    let done = 0
    for (const [index, record] of before.records.entries()) {
      const result = await cut(bytes, [index + 1]).catch((error: unknown) => error)
      if (result instanceof HippoError && result.code === 'SOURCE_UNREADABLE') continue
      const {bytes: left, removed} = result as Awaited<ReturnType<typeof cut>>
      const after = await prepareBytes(left)
      expect(after.records.map(withoutLine)).toEqual(before.records.toSpliced(index, 1).map(withoutLine))
      expect(removed).toMatchObject([{row: index + 1, line: record[0]}])
      const [long, short] = [unpack(bytes), unpack(left)]
      expect(isOnePieceShorter(long, short)).toBe(true)
      done++
    }
    expect(done).toBeGreaterThanOrEqual(before.records.length > 0 ? 1 : 0)
  })

  it('takes all records out and leaves the header', async () => {
    const {bytes} = await cut(Buffer.from('id;name\n1;a\n2;b\n'), [1, 2])

    expect(bytes.toString()).toBe('id;name\n')
  })

  it('keeps the encoding and the compression', async () => {
    const text = 'id,name\n1,Zoë 🐟\n2,Ann\n3,Ida\n'
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])

    expect((await cut(wide, [1])).bytes).toEqual(
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('id,name\n2,Ann\n3,Ida\n', 'utf16le')]),
    )
    expect((await cut(wide, [2])).bytes.subarray(2).toString('utf16le')).toBe('id,name\n1,Zoë 🐟\n3,Ida\n')
    expect(gunzipSync((await cut(gzipSync(text), [2])).bytes).toString()).toBe('id,name\n1,Zoë 🐟\n3,Ida\n')
    expect(zstdDecompressSync((await cut(zstdCompressSync(text), [3])).bytes).toString()).toBe('id,name\n1,Zoë 🐟\n2,Ann\n')
  })

  it('refuses a number that no record has', async () => {
    await expect(cut(Buffer.from('id,name\n1,a\n'), [2])).rejects.toMatchObject({code: 'SOURCE_UNREADABLE'})
  })
})
