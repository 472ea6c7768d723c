// Values that harm careless programs pass through bronze, silver, quarantine and PostgreSQL unharmed, and reach no terminal as they are.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {promoteGold, publish, queryWarehouse} from '../../src/core/index.ts'
import {runHippo} from '../support/run-hippo.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const values: Readonly<Record<string, string>> = {
  formula: "=cmd|' /C calc'!A0",
  plus: '+1+1',
  at: '@SUM(A1)',
  minus: '-2+3',
  escape: '\u001b[31mred\u001b[0m \u001b]0;title\u0007',
  emoji: '👩🏽‍⚕️🏥',
  rightToLeft: 'a\u202egnp.exe\u202c \u200f\u05d0\u05d1',
  quotes: 'he said "no", twice',
  lines: 'first\nsecond\r\nthird',
  backslashes: 'C:\\temp\\new \\N \\. \\',
  copyNull: '\\N',
  copyEnd: '\\.',
  wordNull: 'NULL',
  spaces: '  both ends  ',
  noBreak: '\u00a0x\u200b\ufeffy',
  sql: "'; drop table hippo.runs; --",
  markup: '<script>alert(1)</script>&amp;',
  decomposed: 'e\u0301 and \u00e9',
  controls: '\u0001\u0008\u007f\u0085',
  noncharacter: '\uffff\u{10ffff}',
  long: `${'x'.repeat(5 * 1024 * 1024)}|end`,
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`

describe('values that harm careless programs', () => {
  let ward: TestWorkspace

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    const records = Object.entries(values).map(([id, name]) => `${id},${quoted(name)},,1`)
    ward.write('inbox/persons.csv', `id,name,born,weight\n${records.join('\n')}\nnul,"a\u0000b",,1\n`)
    // Each value once more in a row that is rejected, in a column that nobody masks.
    const contract = 'contracts/visit.odcs.yaml'
    const open = readFileSync(path.join(ward.root, contract), 'utf8').replace(
      /logicalType: string\n +classification.*\n.*other-unique-code.*/,
      'logicalType: string',
    )
    ward.write(contract, open)
    const rejected = Object.values(values).map((reason) => `nobody,2020-01-01,${quoted(reason)}`)
    ward.write('inbox/visits.csv', `person_id,visited_on,reason\nemoji,2020-01-01,\n${rejected.join('\n')}\n`)
  }, 60_000)

  afterAll(() => ward?.close())

  it('reach silver as they were sent, and a NUL is refused with its line', async () => {
    const {promoted} = await ward.conform()

    expect(promotionOf(promoted, 'person')).toMatchObject({
      rows: {read: Object.keys(values).length + 1, accepted: Object.keys(values).length, quarantined: 1},
      reasons: {'encoding.nul': 1},
    })
    const found = Object.fromEntries((await ward.rows('silver', 'person')).map((row) => [row.id, row.name]))
    for (const [id, value] of Object.entries(values)) expect(found[id] === value, id).toBe(true)
  })

  it('reach quarantine as they were sent', async () => {
    const rows = (await ward.rows('quarantine', 'visit')).toSorted((a, b) => Number(a._row) - Number(b._row))

    expect(rows.map((row) => row._reasons)).toEqual(Object.keys(values).map(() => ['person_id.reference']))
    for (const [at, [id, value]] of Object.entries(values).entries()) expect(rows[at]?.reason === value, id).toBe(true)
  })

  it('reach PostgreSQL and gold as they were sent', async () => {
    await ward.use(async (workspace) => {
      const gold = await promoteGold(workspace, {models: []})
      await publish(workspace, {models: []})

      expect(gold.models).toMatchObject([{model: 'person_visits', state: 'committed', rows: Object.keys(values).length}])
      for (const table of ['silver.person', 'gold.person_visits']) {
        const {rows} = await queryWarehouse(workspace, `select id, name from ${table}`)
        const found = Object.fromEntries(rows as [string, string][])
        for (const [id, value] of Object.entries(values)) expect(found[id] === value, `${table} ${id}`).toBe(true)
      }
    })
  })
  // What a terminal would act on: control characters, and marks that turn the direction of the text.
  const active = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/
  const hippo = (...argv: readonly string[]) =>
    runHippo([...argv, '--workspace', ward.root], {env: {HIPPO_DATABASE_URL: ward.env.HIPPO_DATABASE_URL ?? ''}})

  it('are whole in the JSON of the commands that show values, and reach no terminal as something it acts on', async () => {
    const [query, show] = [
      ['query', 'select id, name from silver.person'],
      ['quarantine', 'show', 'visit', '--limit', '100'],
    ] as const

    const [queried, shown, ...texts] = await Promise.all([
      hippo(...query, '--json'),
      hippo(...show, '--json'),
      hippo(...query),
      hippo(...show),
    ])

    const found = Object.fromEntries((JSON.parse(queried.stdout) as {rows: [string, string][]}).rows)
    const {items} = JSON.parse(shown.stdout) as {items: {values: {reason: string}}[]}
    for (const [id, value] of Object.entries(values)) {
      expect(found[id] === value, id).toBe(true)
      expect(
        items.some(({values: {reason}}) => reason === value),
        id,
      ).toBe(true)
    }
    for (const {code, stdout} of [queried, shown, ...texts]) expect([code, stdout.search(active)]).toEqual([0, -1])
    for (const {stdout} of texts) expect(stdout).toContain('drop table')
  })
})
