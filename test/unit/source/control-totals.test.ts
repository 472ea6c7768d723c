import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {readSidecar, sidecarOf, withoutTrailer} from '../../../src/core/source/files/control-totals.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'hippo-totals-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

let files = 0
const write = (text: string): string => {
  const file = path.join(folder, `file-${++files}`)
  writeFileSync(file, text)
  return file
}
const cut = async (text: string) => {
  const copy = path.join(folder, `copy-${++files}`)
  const {path: left, total} = await withoutTrailer(write(text), 'TRL|', copy)
  return {left: readFileSync(left, 'utf8'), total}
}

describe('control totals', () => {
  it('lie beside a file under its name, or under that without its ending', () => {
    expect(sidecarOf('night/obs.csv', {sidecar: '{path}.count'})).toBe('night/obs.csv.count')
    expect(sidecarOf('night/obs.csv', {sidecar: '{stem}.cnt'})).toBe('night/obs.cnt')
    expect(sidecarOf('obs.csv', {trailer: 'TRL|'})).toBeUndefined()
  })

  it('are the first whole number beside it, and none while there is none', async () => {
    expect(await readSidecar(write('obs.csv has 0120 records\n'))).toBe(120)
    expect(await readSidecar(write('not yet'))).toBeUndefined()
    expect(await readSidecar(write('9'.repeat(5000)))).toBeUndefined()
  })

  it('stand in a last line that is taken off, whatever ends it', async () => {
    expect(await cut('id\n1\n2\nTRL|2|x\n')).toEqual({left: 'id\n1\n2\n', total: 2})
    expect(await cut('id\r\n1\r\nTRL|1')).toEqual({left: 'id\r\n1\r\n', total: 1})
    expect(await cut('id\n1\nTRL|0001\n\n')).toEqual({left: 'id\n1\n', total: 1})
    expect(await cut(`id\n${'x'.repeat(100_000)}\nTRL|1\n`)).toEqual({left: `id\n${'x'.repeat(100_000)}\n`, total: 1})
  })

  it('are missing where the last line is another one', async () => {
    expect(await cut('id\n1\nTRL|1\n2\n')).toEqual({left: 'id\n1\nTRL|1\n2\n', total: 'missing'})
    expect(await cut('id\n1\nTRL|none\n')).toMatchObject({total: 'missing'})
    expect(await cut('')).toEqual({left: '', total: 'missing'})
  })
})
