// Received bytes that are no longer what was received: nothing may be judged by them, and the advice may not lose anything.
import {chmodSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {ingest, promoteSilver} from '../../src/core/index.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

describe('bytes in bronze that are not those that were received', () => {
  let ward: TestWorkspace
  let object: string

  beforeEach(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.write('inbox/persons.csv', 'id,name,born,weight\np1,Ann,1980-01-01,60\n')
    await ward.use((workspace) => ingest(workspace, {sources: []}))
    object = objectWith('Ann')
    chmodSync(object, 0o644)
  }, 120_000)

  afterEach(() => ward?.close())

  function objectWith(text: string): string {
    const folder = path.join(ward.root, '.hippo', 'lake', 'bronze', 'objects')
    const files = readdirSync(folder, {recursive: true, withFileTypes: true}).filter((entry) => entry.isFile())
    const found = files.map((entry) => path.join(entry.parentPath, entry.name)).find((file) => readFileSync(file, 'utf8').includes(text))
    if (found === undefined) throw new Error('nothing was captured')
    return found
  }

  const promote = () => ward.use((workspace) => promoteSilver(workspace, {datasets: ['person']}))

  it.each([
    ['altered', (text: string) => text.replace('60', '61'), 'STORE_CORRUPT'],
    ['cut', (text: string) => text.slice(0, -9), 'STORE_CORRUPT'],
    ['gone', () => undefined, 'STORE_KEY_MISSING'],
  ] as const)('are not promoted when they are %s', async (_, change, code) => {
    const changed = change(readFileSync(object, 'utf8'))
    if (changed === undefined) rmSync(object)
    else writeFileSync(object, changed)

    const person = promotionOf(await promote(), 'person')

    expect(person).toMatchObject({state: 'failed', error: {code, exitCode: 4}})
    expect(person.error?.hint).toContain('backup')
    expect(person.error?.hint).not.toContain('skip-batch')
    expect(await ward.rows('silver', 'person')).toEqual([])
    expect(ward.staged()).toEqual([])
  })

  it('are promoted once they are back', async () => {
    const received = readFileSync(object)
    rmSync(object)
    await promote()
    writeFileSync(object, received)

    const person = promotionOf(await promote(), 'person')

    expect(person).toMatchObject({state: 'committed', rows: {accepted: 1}})
  })
})
