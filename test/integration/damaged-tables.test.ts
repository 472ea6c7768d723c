// A damaged table against every verb: each says which table, which version and which file, what can still be read (and it can), and
// what to do next; none says anything of a row. Then the repair: it only tells until told to do it, nothing is lost by it, and with
// bronze every row comes back.
import {cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {encodeCheckpoint} from '../../src/core/delta/checkpoint.ts'
import {commit} from '../../src/core/delta/commit.ts'
import {readSnapshot} from '../../src/core/delta/snapshot.ts'
import {
  diffTable,
  doctor,
  HippoError,
  ingest,
  optimizeTable,
  type PromotionResult,
  promoteGold,
  promoteSilver,
  queryWarehouse,
  repairTable,
  restoreTable,
  showTable,
  tableChanges,
  tableHistory,
  vacuumTable,
  validate,
  verify,
  type Workspace,
} from '../../src/core/index.ts'
import {openReader} from '../../src/core/query/index.ts'
import {damagedTable, overwrite, setAsideOf, tableDamages} from '../support/damaged-lake.ts'
import type {DeltaRow} from '../support/read-delta.ts'
import {type TestWorkspace, testWorkspace} from '../support/workspace.ts'

type Verb = (workspace: Workspace) => Promise<unknown>

const isLong = process.env.HIPPO_TEST_LONG === '1'
const table = 'silver.visit'

/** An instant after all commits. */
const soon = () => new Date(Date.now() + 1000).toISOString()

const throwing = (result: PromotionResult): unknown => {
  const error = result.datasets.find((one) => one.error !== undefined)?.error
  if (error === undefined) return result
  throw new HippoError(error.code, {message: error.message, ...(error.hint === undefined ? {} : {hint: error.hint})})
}

/** `rows`: it reads the rows of the table's files, so it meets damage there. */
const verbs: Readonly<Record<string, {readonly run: Verb; readonly rows?: true}>> = {
  'table show': {run: (workspace) => showTable(workspace, {table})},
  'table show --rows': {run: (workspace) => showTable(workspace, {table, rows: 100}), rows: true},
  'table history': {run: (workspace) => tableHistory(workspace, table)},
  'table diff': {run: (workspace) => diffTable(workspace, {table, rows: 5}), rows: true},
  'table optimize': {run: (workspace) => optimizeTable(workspace, {table, targetSizeBytes: 1_000_000, dryRun: true})},
  'table restore': {run: (workspace) => restoreTable(workspace, {table, version: 2, dryRun: true})},
  'table vacuum': {run: (workspace) => vacuumTable(workspace, {table, apply: false})},
  validate: {run: (workspace) => validate(workspace, {datasets: ['visit']}), rows: true},
  'promote silver': {run: async (workspace) => throwing(await promoteSilver(workspace, {datasets: ['visit']}))},
  'promote gold': {run: (workspace) => promoteGold(workspace, {models: []})},
  'quarantine show': {run: async (workspace) => (await openReader(workspace)).quarantinedRows({dataset: 'visit', limit: 5})},
}

describe('a damaged table', () => {
  let ward: TestWorkspace
  let open: Workspace
  let rows: {readonly silver: readonly DeltaRow[]; readonly quarantine: readonly DeltaRow[]}
  const lake = () => path.join(ward.root, '.hippo', 'lake')
  const sound = () => path.join(ward.root, 'sound-lake')
  const victim = () => damagedTable(lake(), 'silver/visit')
  const stranger = () => damagedTable(lake(), 'quarantine/visit')

  /** Rows without what each judgement says of itself. */
  const contentOf = async (layer: 'silver' | 'quarantine') =>
    (await ward.rows(layer, 'visit'))
      .map(({_run: _, _quarantined_at: __, ...row}) => row)
      .toSorted((a, b) => (JSON.stringify(a, bigints) < JSON.stringify(b, bigints) ? -1 : 1))

  const bringBack = () => {
    rmSync(lake(), {recursive: true})
    cpSync(sound(), lake(), {recursive: true})
  }

  beforeAll(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    ward.write('inbox/persons-1.csv', 'id,name,born,weight\np1,Ann,1960-01-01,60\np2,Ben,1961-01-01,900\n')
    const deliver = async (version: number) => {
      const day = `2020-01-${String(version + 1).padStart(2, '0')}`
      ward.write(`inbox/visits-${version}.csv`, `person_id,visited_on,reason\np1,${day},cough${'x'.repeat(version)}\nnobody,${day},fall\n`)
      await ward.conform()
    }
    for (const version of [0, 1, 2]) await deliver(version)
    open = await ward.open()
    const store = await open.store()
    for (let version = 3; version < 10; version++)
      await commit(store, 'silver/visit', await readSnapshot(store, 'silver/visit'), {mode: 'append', add: []})
    for (const version of [10, 11]) await deliver(version)
    rows = {silver: await contentOf('silver'), quarantine: await contentOf('quarantine')}
    expect(rows.silver).toHaveLength(5)
    expect(rows.quarantine).toHaveLength(5)
    cpSync(lake(), sound(), {recursive: true})
  })

  beforeEach(bringBack)

  afterAll(() => ward?.close())

  const outcome = async ({run}: {run: Verb}): Promise<unknown> =>
    run(open).then(
      () => undefined,
      (error: unknown) => error,
    )

  const readable = (version: number) => showTable(open, {table, version, rows: 1000})

  for (const damage of tableDamages) {
    const tried = isLong || damage.isTypical ? Object.keys(verbs) : ['table show --rows']

    it(`that has ${damage.what} is told by ${tried.length === 1 ? tried[0] : 'every verb'}, with what can be read`, async () => {
      damage.do(victim(), stranger())

      for (const name of tried) {
        const verb = verbs[name]
        if (verb === undefined) continue
        const error = await outcome(verb)
        const isMet = damage.isMet && (verb.rows || !damage.isInData)
        if (error === undefined && (!isMet || damage.readable === -1)) continue
        expect(error, name).toMatchObject({code: 'TABLE_CORRUPT'})
        const {message, hint} = error as HippoError
        expect(`${name}: ${message}`).toMatch(/silver\/visit cannot be read at version \d+: silver\/visit\/\S+: /)
        expect(message).toMatch(damage.names)
        expect(`${name}: ${hint}`).toMatch(/hippo doctor --repair silver\.visit|hippo promote silver --full/)
        expect(`${message} ${hint}`).not.toMatch(/cough|2020-01/)
        const [, upTo] = /versions? (?:up to |\d+ to )?(\d+) can still be read/.exec(hint ?? '') ?? []
        if (upTo !== undefined) expect(Number(upTo)).toBe(damage.readable)
        if (/no version/.test(hint ?? '')) expect(damage.readable).toBe(-1)
      }
      if (damage.readable >= 0) expect((await readable(damage.readable)).items?.length).toBeGreaterThan(0)
      else await expect(readable(11)).rejects.toMatchObject({code: 'TABLE_CORRUPT'})
    })
  }

  it.each(tableDamages.filter(({isTypical}) => isLong || isTypical))(
    'that has $what is found by verify, and by doctor unless it is in what the file holds',
    async (damage) => {
      damage.do(victim(), stranger())

      const found = await verify(open, {sample: {kind: 'all'}})
      const seen = (await doctor(open)).findings.find(({check}) => check === 'tables')

      expect(found.problems.filter(({kind, key}) => kind !== 'stranger' && damage.names.test(key))).not.toEqual([])
      expect(found.problems.every(({kind, key}) => kind === 'stranger' || key.startsWith('silver/visit/'))).toBe(true)
      if (damage.keepsSize) {
        expect(seen).toMatchObject({state: 'ok', detail: expect.stringContaining('hippo verify reads them')})
        return
      }
      expect(seen).toMatchObject({state: 'failed', exitCode: 4, fix: expect.stringContaining('hippo doctor --repair silver.visit')})
      expect(seen?.detail).toMatch(/^silver\.visit: silver\/visit\//)
    },
  )

  it('is read, and takes no commit, while _last_checkpoint names a version that its log does not reach', async () => {
    overwrite(victim().hint, '{"version":20,"size":3}')

    const refused = await outcome({run: (workspace) => optimizeTable(workspace, {table, targetSizeBytes: 1_000_000})})

    expect(refused).toMatchObject({
      code: 'TABLE_CORRUPT',
      message: expect.stringContaining('the log ends at version 11 though version 20 was committed'),
    })
    expect(existsSync(victim().commit(12))).toBe(false)
  })

  it('whose constraint hippo cannot evaluate is named by doctor, with what to do', async () => {
    const newest = await readSnapshot(await open.store(), table.replace('.', '/'))
    const metaData = {...newest?.metaData, configuration: {'delta.constraints.odd': 'length(reason) % 2 = 1'}}
    const entry = [{commitInfo: {}}, {protocol: {minReaderVersion: 1, minWriterVersion: 3}}, {metaData}]
    writeFileSync(victim().commit(12), entry.map((line) => JSON.stringify(line)).join('\n'))

    const seen = (await doctor(open)).findings.find(({check}) => check === 'tables')

    expect(seen).toMatchObject({
      state: 'warn',
      detail: 'table silver/visit at version 12: hippo cannot write it: it asks for [check constraint odd] of its writers',
      fix: expect.stringContaining('DROP CONSTRAINT odd'),
    })
  })

  it('is no longer sound for verify when a checkpoint says something else than the commits', async () => {
    const older = await readSnapshot(await open.store(), 'silver/visit', {version: 9})
    if (!older) throw new Error('there is no version 9')
    overwrite(victim().checkpoint, (await encodeCheckpoint(older, Date.now())).bytes)

    const {problems} = await verify(open, {sample: {kind: 'all'}})

    expect(problems.filter(({kind}) => kind !== 'stranger')).toEqual([
      {
        kind: 'rot',
        key: expect.stringMatching(/0010\.checkpoint\.parquet$/),
        detail: 'it differs from the commits before it in transactions, 1 data files',
      },
    ])
  })

  describe('and its repair', () => {
    beforeEach(async () => {
      await doctor(open, {rebuildCatalog: true})
    })

    const bytesBelow = (folder: string): readonly string[] =>
      readdirSync(folder, {recursive: true})
        .map(String)
        .filter((name) => statSync(path.join(folder, name)).isFile())
        .map((name) => readFileSync(path.join(folder, name)).toString('base64'))

    const repaired = tableDamages.filter(
      ({what}) => isLong || /half-written|gap in|beginning|cut off$|before it cleaned|beyond|file that vanished/.test(what),
    )

    it.each(repaired)('of $what: says what it would do, does it, and every row is there', async (damage) => {
      damage.do(victim(), stranger())
      const before = bytesBelow(victim().folder)

      const planned = await repairTable(open, {table, apply: false})
      expect(bytesBelow(victim().folder)).toEqual(before)
      const done = await repairTable(open, {table, apply: true})

      expect(planned.damages.some(({key}) => damage.names.test(key))).toBe(true)
      expect(planned.readable ?? -1).toBe(damage.readable)
      if (planned.state === 'planned')
        expect({...done, run: undefined, version: undefined, state: 'planned'}).toEqual({...planned, run: undefined, version: undefined})
      // Every object there was is still there, in its place or aside.
      expect(bytesBelow(victim().folder)).toEqual(expect.arrayContaining([...before]))
      if (damage.what === 'a gap before a checkpoint') return
      const {datasets} = await promoteSilver(open, {datasets: ['visit'], full: done.next.some((one) => one.includes('--full'))})
      expect(datasets.map(({error}) => error)).toEqual([undefined])
      const {problems} = await verify(open, {sample: {kind: 'all'}})
      expect(problems.filter(({kind}) => kind !== 'stranger')).toEqual([])
      expect({silver: await contentOf('silver'), quarantine: await contentOf('quarantine')}).toEqual(rows)
      expect((await repairTable(open, {table, apply: true})).state).toBe('sound')
      expect((await doctor(open)).findings.find(({check}) => check === 'tables')).toMatchObject({state: 'ok'})
    })

    it('never gives a version number a second content, and lets nothing be promoted on top of what is missing', async () => {
      rmSync(victim().commit(11))

      await expect(promoteSilver(open, {datasets: ['visit']}).then(throwing)).rejects.toMatchObject({
        code: 'TABLE_CORRUPT',
        message: expect.stringContaining('the log ends at version 10 though version 11 was committed'),
      })
      const done = await repairTable(open, {table, apply: true})

      expect(done).toMatchObject({state: 'repaired', readable: 10, version: 12})
      await expect(promoteSilver(open, {datasets: ['visit']}).then(throwing)).rejects.toMatchObject({
        code: 'TABLE_CORRUPT',
        hint: expect.stringContaining('hippo promote silver visit --full'),
      })
      expect((await doctor(open)).findings.find(({check}) => check === 'tables')).toMatchObject({state: 'warn'})
      await promoteSilver(open, {datasets: ['visit'], full: true})
      expect(await contentOf('silver')).toEqual(rows.silver)
      expect((await tableHistory(open, table)).map(({version}) => version).slice(0, 3)).toEqual([13, 12, 11])
    })

    it('is no smaller table for whoever reads its newest version', async () => {
      rmSync(victim().commit(11))
      rmSync(victim().commit(11).replace('.json', '.crc'))

      const readers: readonly Verb[] = [
        (workspace) => promoteGold(workspace, {models: []}),
        (workspace) => validate(workspace, {datasets: ['visit']}),
        (workspace) => queryWarehouse(workspace, 'select count(*) from silver.visit', {asOf: soon()}),
        (workspace) => showTable(workspace, {table}),
        (workspace) => showTable(workspace, {table, asOf: soon()}),
        (workspace) => diffTable(workspace, {table}),
        (workspace) => diffTable(workspace, {table, from: 3}),
        (workspace) => tableHistory(workspace, table),
        (workspace) => tableChanges(workspace, {table}),
      ]
      for (const run of readers)
        expect(await outcome({run}), String(run)).toMatchObject({
          code: 'TABLE_CORRUPT',
          message: expect.stringContaining('the log ends at version 10 though version 11 was committed'),
        })
      expect(await diffTable(open, {table, from: 9, to: 10})).toMatchObject({from: 9, to: 10, added: 1})
      expect((await tableHistory(open, table, {version: 10}))[0]).toMatchObject({version: 10})
    })

    it('is told of a table of which nothing is left', async () => {
      rmSync(victim().folder, {recursive: true})

      const told = {code: 'TABLE_CORRUPT', message: expect.stringContaining('the log is gone though version 11 was committed')}
      expect(await outcome({run: (workspace) => showTable(workspace, {table})})).toMatchObject(told)
      expect(await outcome({run: (workspace) => tableHistory(workspace, table)})).toMatchObject(told)
      const seen = (await doctor(open)).findings.find(({check}) => check === 'tables')
      expect(seen).toMatchObject({state: 'failed', detail: expect.stringContaining('silver.visit')})
    })

    it('is no smaller table for rules that refer to it', async () => {
      ward.write('inbox/persons-2.csv', 'id,name,born,weight\np3,Cem,1962-01-01,70\n')
      await ward.conform()
      const lost = damagedTable(lake(), 'silver/person').commit(1)
      for (const file of [lost, lost.replace('.json', '.crc')]) rmSync(file)
      ward.write('inbox/visits-12.csv', 'person_id,visited_on,reason\np3,2020-02-01,cough\n')
      await ingest(open, {sources: []})

      for (const travel of [{}, {asOf: soon()}])
        expect(await outcome({run: (workspace) => validate(workspace, {datasets: ['visit'], ...travel})})).toMatchObject({
          code: 'TABLE_CORRUPT',
          message: expect.stringMatching(/silver\/person.*the log ends at version 0 though version 1 was committed/),
        })
      // The batch is no longer in what is left of the log, so its rows count as not promoted yet.
      const {datasets} = await promoteSilver(open, {datasets: ['visit']})
      expect(datasets.map(({error, rows: judged}) => [error?.code, judged.read])).toEqual([['SOURCE_WAITING', 0]])
      expect(await contentOf('quarantine')).toEqual(rows.quarantine)
    })

    it('sets a checksum aside that the log does not bear out, and fills a lost end that only a checksum tells of', async () => {
      const checksum = victim().commit(11).replace('.json', '.crc')
      overwrite(checksum, readFileSync(checksum, 'utf8').replace(/"numFiles":\d+/, '"numFiles":99'))

      expect(await repairTable(open, {table, apply: false})).toMatchObject({state: 'planned', readable: 11})
      expect(await repairTable(open, {table, apply: true})).toMatchObject({state: 'repaired', version: 11})
      expect((await repairTable(open, {table, apply: true})).state).toBe('sound')
      expect(await contentOf('silver')).toEqual(rows.silver)
      rmSync(stranger().commit(4))
      expect((await doctor(open)).findings.find(({check}) => check === 'tables')).toMatchObject({state: 'failed'})
      expect(await repairTable(open, {table: 'quarantine.visit', apply: true})).toMatchObject({state: 'repaired'})
      expect((await repairTable(open, {table: 'quarantine.visit', apply: true})).state).toBe('sound')
    })

    it('mends quarantine the same way', async () => {
      const rejected = stranger()
      rmSync(rejected.commit(2))

      const done = await repairTable(open, {table: 'quarantine.visit', apply: true})
      await promoteSilver(open, {datasets: ['visit'], full: true})

      expect(done).toMatchObject({table: 'quarantine.visit', state: 'repaired', readable: 1})
      expect(
        setAsideOf(rejected)
          .map((name) => path.basename(name))
          .toSorted(),
      ).toEqual(
        ['2.crc', '3.crc', '3.json', '4.crc', '4.json'].map((name) =>
          name.padStart('00000000000000000000'.length + path.extname(name).length, '0'),
        ),
      )
      expect({silver: await contentOf('silver'), quarantine: await contentOf('quarantine')}).toEqual(rows)
      const {problems} = await verify(open, {sample: {kind: 'all'}})
      expect(problems.filter(({kind}) => kind !== 'stranger')).toEqual([])
    })

    it('finds nothing to mend in a sound table', async () => {
      expect(await repairTable(open, {table, apply: true})).toMatchObject({state: 'sound', damages: [], steps: []})
    })
  })
})

const bigints = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)
