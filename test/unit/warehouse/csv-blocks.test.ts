import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {csvBlocks} from '../../../src/core/warehouse/csv-blocks.ts'

const folder = mkdtempSync(join(tmpdir(), 'hippo-blocks-'))
afterAll(() => rmSync(folder, {recursive: true}))

async function blocks(...texts: string[]): Promise<readonly string[]> {
  const files = texts.map((text, index) => {
    const path = join(folder, `${index}.csv`)
    writeFileSync(path, text)
    return path
  })
  const found: string[] = []
  for await (const block of csvBlocks(files)) found.push(Buffer.from(block).toString())
  return found
}

describe('csvBlocks', () => {
  it('cuts after whole records only, however quotes and line feeds fall', async () => {
    // About 3 MB in records with quoted line feeds and doubled quotes, whose lengths vary so that cuts fall everywhere.
    const records = Array.from({length: 40_000}, (_, n) => `${n},"a\n""b"",\n${'x'.repeat(n % 97)}",""\n`)
    const starts = new Set(records)

    const found = await blocks(records.join(''))

    expect(found.length).toBeGreaterThan(2)
    expect(found.join('')).toBe(records.join(''))
    expect(found.every((block) => starts.has(block.slice(0, block.indexOf('",""\n') + 5)) && block.endsWith('",""\n'))).toBe(true)
  })

  it('keeps a record that is larger than a block whole', async () => {
    const large = `1,"${'line\n'.repeat(500_000)}"\n`

    const found = await blocks(`0,a\n${large}2,b\n`)

    expect(found.join('')).toBe(`0,a\n${large}2,b\n`)
    expect(found.filter((block) => block.includes(large))).toHaveLength(1)
  })

  it('ends each file with a line feed and skips empty files', async () => {
    expect(await blocks('1,a', '', '2,b\n')).toEqual(['1,a\n', '2,b\n'])
  })
})
