// Excerpts of delimited texts: whole records only, spread over the file.
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {excerptFile} from '../../../src/core/pipeline/excerpt-file.ts'
import type {PreparedFile} from '../../../src/core/source/source.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'hippo-excerpt-'))
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

async function linesOf(text: string, wanted: number): Promise<{readonly lines: readonly string[]; readonly excerpt: PreparedFile}> {
  const from = path.join(folder, 'all.csv')
  writeFileSync(from, text)
  const header = ['n', 'text']
  const format = {kind: 'csv', delimiter: ',', header} as const
  const file: PreparedFile = {kind: 'prepared', path: from, format, header, records: 1, malformed: {}, firstLine: 2, notes: []}
  const excerpt = await excerptFile(file, wanted, path.join(folder, 'some.csv'))
  return {lines: readFileSync(excerpt.path, 'utf8').split('\n').filter(Boolean), excerpt}
}

describe('excerptFile', () => {
  it('takes whole records without the header, in their order and each once, from all parts of the file', async () => {
    const rows = Array.from({length: 1000}, (_, n) => `${n},${'ä'.repeat(n % 7)}`)

    const {lines, excerpt} = await linesOf(`n,text\n${rows.join('\n')}\n`, 100)

    expect(lines.length).toBeGreaterThan(90)
    expect(lines.length).toBeLessThanOrEqual(100)
    expect(lines).toEqual([...new Set(lines)].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)))
    expect(rows).toEqual(expect.arrayContaining([...lines]))
    for (let tenth = 0; tenth < 10; tenth++)
      expect(lines.filter((line) => Math.floor(Number.parseInt(line, 10) / 100) === tenth).length).toBeGreaterThan(4)
    expect(excerpt).toMatchObject({records: lines.length, format: {headerless: true}})
  })

  it('takes the last record when the file has no line end behind it', async () => {
    expect((await linesOf('n,text\n1,a', 1)).lines).toEqual(['1,a'])
  })

  it('takes a record once that is longer than the distance and than what is read at a time', async () => {
    const long = `1,${'x'.repeat(50_000)}`
    const rest = Array.from({length: 5000}, (_, n) => `${n + 2},y`)

    const {lines} = await linesOf(`n,text\n${[long, ...rest].join('\n')}\n`, 40)

    expect(lines.filter((line) => line === long)).toHaveLength(1)
    expect(lines.length).toBeGreaterThan(10)
    expect([long, ...rest]).toEqual(expect.arrayContaining([...lines]))
  })

  it('takes nothing from a file with a header alone', async () => {
    expect((await linesOf('n,text\n', 5)).lines).toEqual([])
  })
})
