// One file judged by one contract, without a workspace: what promotion would quarantine or gate must not look valid.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {validateFile} from '../../src/core/index.ts'

const contract = (writeMode: string, required: boolean) => `apiVersion: v3.1.0
kind: DataContract
id: ward
version: 1.0.0
status: active
schema:
  - name: ward
    customProperties:
      - {property: hippoWriteMode, value: ${writeMode}}
    properties:
      - {name: wid, logicalType: string${writeMode === 'merge' ? ', primaryKey: true, primaryKeyPosition: 1' : ''}}
      - {name: beds, logicalType: integer, required: ${required}}
`

describe('one file judged by a contract', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hippo-judged-'))
  })

  afterEach(() => rmSync(folder, {recursive: true, force: true}))

  const judge = async (content: string | Uint8Array, {writeMode = 'overwrite', required = false} = {}) => {
    const [file, by] = [path.join(folder, 'ward.csv'), path.join(folder, 'ward.odcs.yaml')]
    writeFileSync(file, content)
    writeFileSync(by, contract(writeMode, required))
    const {run, datasets} = await validateFile({file, contract: by, env: process.env, signal: new AbortController().signal})
    const [judged] = datasets
    if (!judged) throw new Error('nothing was judged')
    const broken = judged.checks.filter(({outcome}) => outcome === 'failed' || outcome === 'warned')
    return {state: run.state, judged, broken}
  }

  it('passes when every record is sound', async () => {
    const {state, judged, broken} = await judge('wid,beds\na,1\nb,2\n')

    expect({state, broken, score: judged.score, rows: judged.rows}).toEqual({
      state: 'succeeded',
      broken: [],
      score: 100,
      rows: {read: 2, malformed: 0},
    })
    expect(judged.reasons).toBeUndefined()
  })

  it('fails on records without structure, says where they are and judges the others only', async () => {
    const bytes = Buffer.from('wid,beds\na,1\nb\nc,3,3\nd,4\ne,\0\nf,6\n"g"x,7\nh,8\n')

    const {state, judged, broken} = await judge(bytes, {required: true})

    expect(state).toBe('gated')
    expect(judged).toMatchObject({rows: {read: 8, malformed: 4}, reasons: {'csv.fieldCount': 2, 'csv.strayQuote': 1, 'encoding.nul': 1}})
    expect(judged.score).toBeLessThan(100)
    expect(broken).toMatchObject([
      {id: 'csv.fieldCount', severity: 'error', outcome: 'failed', violated: 2, denominator: 8},
      {id: 'csv.strayQuote', violated: 1},
      {id: 'encoding.nul', violated: 1},
    ])
    expect(broken.map(({description}) => /^lines? [\d, ]+: /.exec(description)?.[0])).toEqual(['lines 3, 4: ', 'line 8: ', 'line 6: '])
    const own = judged.checks.filter(({rule}) => rule !== 'structure')
    expect(own).toMatchObject([
      {id: 'beds.required', outcome: 'passed', denominator: 4},
      {id: 'beds.type', outcome: 'passed', denominator: 4},
    ])
  })

  it('says that promotion would gate a file whose end is missing', async () => {
    const {state, broken} = await judge('wid,beds\na,1\nb')

    expect(state).toBe('gated')
    expect(broken).toMatchObject([
      {id: 'csv.tornLine', outcome: 'failed', violated: 1},
      {id: 'incompleteFile', severity: 'error', outcome: 'failed'},
    ])
    expect(broken[1]?.description).toMatch(/^gates a promotion: from line 3 on no record is sound/)
  })

  it('only warns of a missing end where rows are merged, which takes what is sound', async () => {
    const {broken} = await judge('wid,beds\na,1\nb', {writeMode: 'merge'})

    expect(broken).toMatchObject([
      {id: 'csv.tornLine', outcome: 'failed'},
      {id: 'incompleteFile', severity: 'warning', outcome: 'warned'},
    ])
  })

  it('fails on a file that ends inside its header, too', async () => {
    const {state, broken} = await judge('wid,be')

    expect(state).toBe('gated')
    expect(broken).toMatchObject([{id: 'incompleteFile', outcome: 'failed'}])
  })

  it.each([
    ['has no header', 'Ann Miller,4711\nBob Smith,4712\n'],
    ['has another delimiter', 'wid|beds\na|1\nb|2\n'.replaceAll('|', ':')],
  ])('is refused, without a word of its first line, when it %s', async (_, content) => {
    const refused = await judge(content).catch((error: Error) => error)

    expect(refused).toMatchObject({code: 'SOURCE_REFUSED'})
    expect((refused as Error).message).toMatch(/none of the contract's columns is in its first line.*header.*delimiter/)
    expect((refused as Error).message).not.toMatch(/Ann|Miller|4711|wid/)
  })
})
