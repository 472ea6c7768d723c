import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {gzipSync} from 'node:zlib'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {isInFile, isNamed, personText} from '../../../src/core/pipeline/erasure/person-text.ts'

/** Texts in which an id stands, and texts in which it does not. */
const cases: Readonly<Record<string, {readonly there: readonly string[]; readonly absent: readonly string[]}>> = {
  P12: {there: ['x,P12,y', 'p12', '"P12"', 'visit_P12.csv'], absent: ['P123', 'XP12', 'P 12']},
  '712': {there: ['a,712,b', '00712', ' 0712;'], absent: ['7120', '1712', '10712']},
  'O"BRIEN': {there: ['"o""brien",1', 'O"Brien'], absent: ['OBRIEN']},
  'a.b': {there: ['1,A.B,2'], absent: ['a-b', 'axb']},
}

describe('the id of a person in text', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'hippo-person-'))
  })
  afterEach(() => rm(folder, {recursive: true}))

  it.each(Object.entries(cases))('%s is found however it is written, and in no other word', (id, {there, absent}) => {
    const person = personText(id)

    expect([...there, ...absent].filter((text) => isNamed(person, text))).toEqual(there)
  })

  it.each(Object.entries(cases))('%s is found in files of each encoding, packed or not', async (id, {there, absent}) => {
    const file = path.join(folder, 'received')
    const isIn = async (bytes: Uint8Array) => {
      await writeFile(file, bytes)
      return isInFile([personText('Nobody else'), personText(id)], file)
    }

    for (const text of there) {
      const encoded = [Buffer.from(text), Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16(), gzipSync(text)]
      for (const bytes of encoded) expect(await isIn(bytes), text).toBe(true)
    }
    for (const text of absent) expect(await isIn(Buffer.from(text)), text).toBe(false)
  })
})
