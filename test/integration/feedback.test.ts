// The pack for whoever sends the data: reasons, counts and places, what is new and what was settled, and no value.
import {readFileSync, statSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {makeFeedback} from '../../src/core/index.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

describe('feedback to a source', () => {
  let ward: TestWorkspace
  const make = (output?: string) =>
    ward.use((workspace) => makeFeedback(workspace, {source: 'ward', ...(output === undefined ? {} : {output})}))
  const folder = (name: string): string => path.join(ward.root, name)

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.write('inbox/persons-a.csv', 'id,name,born,weight\np1,Secretname,1980-01-01,71\np2,,1980-01-02,777\np3,Cleo,1980-01-03,-5\n')
    await ward.conform({fresh: true})
  }, 120_000)
  afterAll(() => ward?.close())

  it('says what is wrong and where, never with which value', async () => {
    const pack = await make(folder('first'))

    const [person] = pack.datasets.filter(({dataset}) => dataset === 'person')
    expect(pack.since).toBeUndefined()
    expect(person).toMatchObject({
      open: 2,
      newRows: 2,
      settled: {},
      reasons: [
        {
          reason: 'weight.range',
          rows: 2,
          description: 'weight is at least 0 and at most 500',
          places: ['persons-a.csv:3', 'persons-a.csv:4'],
        },
        {reason: 'name.required', rows: 1, places: ['persons-a.csv:3']},
      ],
    })
    const [page, rows] = [readFileSync(folder('first/feedback.md'), 'utf8'), readFileSync(folder('first/rows.csv'), 'utf8')]
    expect(page).toContain('| 2 | weight.range | weight is at least 0 and at most 500 | persons-a.csv:3, persons-a.csv:4 |')
    expect(
      rows
        .trim()
        .split('\n')
        .map((line) => line.split(',').slice(0, 4).join()),
    ).toEqual([
      'dataset,file,line,reason',
      'person,persons-a.csv,3,name.required',
      'person,persons-a.csv,3,weight.range',
      'person,persons-a.csv,4,weight.range',
    ])
    for (const text of [page, rows, JSON.stringify(pack)]) expect(text).not.toMatch(/777|Secretname|Cleo|1980/)
    expect(statSync(folder('first/rows.csv')).mode & 0o077).toBe(0)
  })

  it('tells what is new and what was settled since the last pack', async () => {
    ward.write('inbox/persons-b.csv', 'id,name,born,weight\np2,Bea,1980-01-02,77\np9,Ida,1980-01-09,900\n')
    await ward.conform({fresh: true})

    const shown = await make()
    const pack = await make(folder('second'))

    const [person] = pack.datasets.filter(({dataset}) => dataset === 'person')
    expect(pack.since).toBeDefined()
    expect(person).toMatchObject({open: 2, newRows: 1, settled: {superseded: 1}, reasons: [{reason: 'weight.range', rows: 2, newRows: 1}]})
    expect(pack.text).toContain('- Settled: 1 replaced by a row that was sent since.')
    // A page that was only shown is no pack.
    expect(shown).toMatchObject({files: [], datasets: pack.datasets})
  })

  it('is never written over an earlier pack, nor made for a source that is not there', async () => {
    await expect(make(folder('second'))).rejects.toMatchObject({code: 'CONFIG_USAGE'})
    await expect(ward.use((workspace) => makeFeedback(workspace, {source: 'wrad'}))).rejects.toMatchObject({
      code: 'CONFIG_SOURCE_UNKNOWN',
      message: 'There is no source wrad. Did you mean ward?',
    })
  })
})
