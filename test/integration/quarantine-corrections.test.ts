// Rows that people correct by CSV, and rows that are let in for a time: what was received stays, who did what is told, and the end
// of a waiver takes out again what it let in.
import {readFileSync, statSync} from 'node:fs'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {
  exportQuarantine,
  fixQuarantine,
  forget,
  promoteSilver,
  type ReviewResult,
  reviewQuarantine,
  verify,
  type Workspace,
} from '../../src/core/index.ts'
import {openReader} from '../../src/core/query/index.ts'
import {delegate} from '../support/stopping-workspace.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const persons = 'id,name,born,weight\np1,Ann,1980-01-01,70\np2,,1980-01-01,70\np3,Carl,1980-13-01,90\np4,"Do,ra",1980-01-01,950\nbroken\n'

describe('corrections and waivers of rejected rows', () => {
  let ward: TestWorkspace

  beforeEach(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
  }, 120_000)

  afterEach(() => ward.close())

  const deliver = async (file: string, content: string) => {
    ward.write(`inbox/${file}`, content)
    return (await ward.conform({fresh: true})).promoted
  }
  const exported = (unmasked: boolean, name = 'rows.csv') =>
    ward.use(async (workspace) => {
      const {file, rows} = await exportQuarantine(workspace, {dataset: 'person', file: path.join(ward.root, name), unmasked})
      return {file, rows, text: readFileSync(file, 'utf8')}
    })
  const fix = (file: string, content: string, dryRun = false): Promise<ReviewResult> =>
    ward.use((workspace) =>
      fixQuarantine(workspace, {dataset: 'person', file: ward.write(file, content), reason: 'as on the card', dryRun}),
    )
  const silver = async () =>
    Object.fromEntries((await ward.rows('silver', 'person')).map((row) => [row.id, [row.name, row.born, row.weight]]))
  const rejected = async (): Promise<Record<string, {readonly state: unknown; readonly reasons: unknown}>> => {
    const rows = await ward.rows('quarantine', 'person')
    return Object.fromEntries(rows.map((row) => [String(row.id ?? 'broken'), {state: row._state ?? 'open', reasons: row._reasons}]))
  }
  const editContract = (from: RegExp, to: string) => {
    const file = 'contracts/person.odcs.yaml'
    ward.write(file, readFileSync(path.join(ward.root, file), 'utf8').replace(from, to))
  }
  const promoteAt = (instant: string, full = false) =>
    ward.use((workspace) => {
      const clock = {now: () => new Date(instant)} as Workspace['clock']
      return promoteSilver(delegate(workspace, {clock}), {datasets: ['person'], full})
    })
  const audited = () =>
    ward.use(async (workspace) => {
      const reader = await openReader(workspace)
      const entries = await reader.audit({limit: 20})
      await reader.close()
      return entries.filter(({action}) => action.startsWith('quarantine'))
    })

  it('mask what is exported unless that is asked for, in a file of the owner alone', async () => {
    await deliver('persons-1.csv', persons)

    const masked = await exported(false)
    const open = await exported(true, 'open.csv')

    expect(masked.text.split('\n')[0]).toBe('_batch,_file,_row,_path,_at_line,_reasons,id,name,born,weight,_record')
    expect(masked.text).not.toMatch(/Carl|Do,ra|broken|1980/)
    expect(open.text).toContain('"Do,ra",1980-01-01,950')
    expect([masked.rows, statSync(open.file).mode & 0o777]).toEqual([4, 0o600])
    await expect(exported(false)).rejects.toMatchObject({code: 'CONFIG_USAGE'})
    expect(await audited()).toMatchObject([{action: 'quarantine export', subject: 'person: 4 rows, unmasked', actor: 'tester'}])
  })

  it('take cells that were changed for corrections, keep what was received, and remember them', async () => {
    await deliver('persons-1.csv', persons)
    const {text} = await exported(false)
    const lines = text.trimEnd().split('\n')
    const cells = (id: string, change: (fields: string[]) => void) => {
      const at = lines.findIndex((line) => line.split(',')[6] === id)
      const fields = lines[at]?.split(',') ?? []
      change(fields)
      lines[at] = fields.join(',')
    }
    cells('p2', (fields) => fields.splice(7, 1, 'Bea'))
    cells('p4', (fields) => fields.splice(9, 1, '600'))
    cells('', (fields) => fields.splice(6, 4, 'p5', 'Eve', '1990-02-03', '55'))

    const preview = await fix('fixed.csv', `${lines.join('\n')}\n`, true)
    const fixed = await fix('fixed.csv', `${lines.join('\n')}\n`)

    expect(preview).toMatchObject({wouldCommit: true, rows: {read: 3, accepted: 2, quarantined: 1}})
    expect(fixed).toMatchObject({rows: {read: 3, accepted: 2, quarantined: 1}, after: {'weight.range': 1}})
    expect(await silver()).toEqual({p1: ['Ann', '1980-01-01', 70], p2: ['Bea', '1980-01-01', 70], p5: ['Eve', '1990-02-03', 55]})
    const received = (await ward.rows('quarantine', 'person')).map((row) => [row.name, row._corrected, row._state_by, row._state])
    expect(received.toSorted()).toEqual(
      [
        ['Carl', null, null, null],
        ['Do,ra', 'weight', 'tester', 'open'],
        [null, 'id|name|born|weight', 'tester', 'released'],
        [null, 'name', 'tester', 'released'],
      ].toSorted(),
    )

    // The correction still counts when the rule turns out to have been the fault.
    editContract(/maximum: 500/, 'maximum: 700')
    await ward.use((workspace) => reviewQuarantine(workspace, {dataset: 'person', action: 'replay', checks: []}))
    expect((await silver()).p4).toEqual(['Do,ra', '1980-01-01', 600])
    const before = await silver()
    editContract(/maximum: 700/, 'maximum: 1000')
    await ward.use((workspace) => promoteSilver(workspace, {datasets: ['person'], full: true}))
    expect(await silver()).toEqual(before)
    const {problems} = await ward.use((workspace) => verify(workspace, {sample: {kind: 'all'}}))
    expect(problems).toEqual([])
  })

  it('are refused as a whole when a record is about no row that waits, and no cell is repeated', async () => {
    await deliver('persons-1.csv', persons)
    const {text} = await exported(true)
    const [header = '', first = ''] = text.split('\n')
    const elsewhere = first.replace(/^1,[0-9a-f]{64},\d+/, `1,${'a'.repeat(64)},7`)

    await expect(fix('other.csv', `${header}\n${first}\n${elsewhere.replace('1980', '1990')}\n`)).rejects.toMatchObject({
      code: 'CONFIG_USAGE',
      message: 'record 2 of the file is about a row that was never in quarantine; nothing was changed',
    })
    await expect(fix('column.csv', `${header},secret\n${first},x\n`)).rejects.toMatchObject({code: 'CONFIG_USAGE'})
    await expect(fix('header.csv', 'id,name\np2,Bea\n')).rejects.toMatchObject({code: 'CONFIG_USAGE'})
    expect(await fix('same.csv', text)).toMatchObject({state: 'noop', rows: {read: 0}})
    expect(Object.values(await rejected()).every(({state}) => state === 'open')).toBe(true)
  })

  it('let waived rows in until the end, and take out those that still break the rule', async () => {
    await deliver(
      'persons-1.csv',
      'id,name,born,weight\np1,Ann,1980-01-01,70\np3,Carl,1980-01-01,600\np4,Dora,1980-01-01,950\np6,,1980-01-01,800\n',
    )
    const waive = (checks: readonly string[]) =>
      ward.use((workspace) =>
        reviewQuarantine(workspace, {dataset: 'person', action: 'waive', checks, reason: 'new scales', until: '2031-01-01T00:00:00.000Z'}),
      )

    await expect(waive(['id.required'])).rejects.toMatchObject({code: 'CONFIG_USAGE'})
    const waived = await waive(['weight.range'])

    expect(waived).toMatchObject({rows: {read: 3, accepted: 0, waived: 2, quarantined: 1}, after: {'name.required': 1, 'weight.range': 1}})
    expect(Object.keys(await silver())).toEqual(['p1', 'p3', 'p4'])
    const early = await promoteAt('2030-12-31T00:00:00.000Z')
    expect(early.run.state).toBe('noop')

    editContract(/maximum: 500/, 'maximum: 700')
    const ended = promotionOf(await promoteAt('2031-01-02T00:00:00.000Z'), 'person')
    const again = await promoteAt('2031-01-03T00:00:00.000Z')

    expect(ended).toMatchObject({state: 'committed', rows: {read: 2, accepted: 1, quarantined: 1}})
    expect(Object.keys(await silver()).sort()).toEqual(['p1', 'p3'])
    expect(await rejected()).toMatchObject({
      p3: {state: 'released'},
      p4: {state: 'open', reasons: ['weight.range']},
      p6: {state: 'open', reasons: ['name.required', 'weight.range']},
    })
    expect(again.run.state).toBe('noop')
    expect((await audited()).map(({action, actor, reason}) => [action, actor, reason])).toEqual([
      ['quarantine reopen', 'hippo', 'the waiver is over'],
      ['quarantine waive', 'tester', 'new scales'],
    ])

    const before = [await silver(), await rejected()]
    await promoteAt('2031-01-04T00:00:00.000Z', true)
    expect((await silver()).p4).toBeUndefined()
    expect((await rejected()).p4).toEqual((before[1] as Awaited<ReturnType<typeof rejected>>).p4)
  })

  it('are forgotten with the person they are about', async () => {
    const file = 'contracts/person.odcs.yaml'
    const text = readFileSync(path.join(ward.root, file), 'utf8')
    ward.write(
      file,
      text.replace(
        '- {property: hippoWriteMode, value: merge}',
        '- {property: hippoWriteMode, value: merge}\n      - {property: hippoDataSubject, value: true}',
      ),
    )
    await deliver('persons-1.csv', persons)
    const open = await exported(true)
    await fix('fixed.csv', open.text.replace(/(p2),,/, '$1,Betty Corrected,'))

    const forgotten = await ward.use(async (workspace) => {
      const withKey = delegate(workspace, {config: {...workspace.config, key: 'k'.repeat(64)}})
      return forget(withKey, {patient: 'p2', reason: 'asked for', dropUnreadable: true})
    })

    expect(forgotten.state).toBe('erased')
    expect(forgotten.found.map(({location}) => location)).toContain('corrections')
    const lake = await ward.use((workspace) => workspace.store())
    const stored: string[] = []
    for await (const {key} of lake.list('bronze/corrections/')) stored.push(Buffer.from(await lake.get(key)).toString())
    expect(stored.join()).not.toContain('Betty')
    expect(Object.keys(await silver())).toEqual(['p1'])
  })
})
