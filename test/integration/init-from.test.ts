// The steward's first step: a workspace with draft contracts made from delivered files. Whatever the files, a draft can be
// read, and promoted over the same files it keeps no row out.
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {compileContract} from '../../src/core/contract/compile-contract.ts'
import {judgeChecks} from '../../src/core/contract/judge-checks.ts'
import {lintContract} from '../../src/core/contract/lint-contract.ts'
import {readContract} from '../../src/core/contract/read-contract.ts'
import {ingest, initWorkspace, openWorkspace, promoteSilver, type Workspace} from '../../src/core/index.ts'
import type {CheckResult} from '../../src/core/model/check.ts'
import type {Contract} from '../../src/core/model/contract.ts'
import {draftContract} from '../../src/core/pipeline/infer-workspace.ts'
import {measureChecks, onEngine} from '../../src/core/pipeline/measure-checks.ts'
import {typedRows} from '../../src/core/pipeline/plan-promotion.ts'
import {readGivenFile} from '../../src/core/pipeline/prepare-batch.ts'
import {testDatabase} from '../support/postgres.ts'
import {sharedData} from '../support/shared-data.ts'

const folders: string[] = []
const temporary = (): string => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hippo-first-')))
  folders.push(folder)
  return folder
}

let workspace: Workspace

beforeAll(async () => {
  const root = temporary()
  await initWorkspace({directory: root, name: 'drafts'})
  workspace = await openWorkspace({directory: root, env: {}})
})

afterAll(async () => {
  await workspace?.close()
  for (const folder of folders) rmSync(folder, {recursive: true, force: true})
})

interface Judged {
  readonly contract: Contract
  readonly text: string
  readonly checks: readonly CheckResult[]
}

/** Drafts a contract from a file and judges the file by it, as `hippo validate --file` does. */
async function draftAndJudge(file: string, dataset: string): Promise<Judged> {
  const {text} = await draftContract(workspace, {dataset, files: [file]})
  const contract = readContract(`${dataset}.odcs.yaml`, text)
  const ready = await readGivenFile(workspace, {dataset, localPath: file, staging: await workspace.stagingDirectory()})
  const {header} = ready.prepared
  const now = new Date().toISOString()
  const compiled = compileContract(contract, {now, relation: () => undefined, sourceColumns: header})
  const rows = typedRows({contract, compiled, batch: 0, run: 'r', judgedAt: now, ready: [ready]}, header)
  const measured = await measureChecks(compiled, rows, onEngine(await workspace.engine(), new AbortController().signal))
  return {contract, text, checks: judgeChecks(compiled, measured)}
}

/** What a draft says of the rows that its warnings are about. */
const announcements: Readonly<Record<string, string>> = {
  acceptedValues: 'looks like a listed value, mistyped',
  pattern: 'does not have the form of the others',
  functionalDependency: 'differ from what most rows with the same',
}

/** Checks that did not pass, leaving out what had no row to judge; warnings a draft announces itself are not among them. */
const broken = ({checks, text}: Judged): readonly string[] =>
  checks
    .filter(({outcome}) => outcome !== 'passed' && outcome !== 'notApplicable')
    .filter(({outcome, rule}) => !(outcome === 'warned' && text.includes(announcements[rule] ?? 'nothing of the kind')))
    .map(({id, outcome, violated}) => `${id} ${outcome} ${violated}`)

const isLong = process.env.HIPPO_TEST_LONG !== undefined

/** Archives with the tables that are drafted in every run; all of them in a long one. */
const real = [
  ['synthea-28-csv', ['patients.csv', 'encounters.csv', 'claims.csv', 'payer_transitions.csv']],
  ['synthea-51-csv', ['patients.csv', 'observations.csv', 'patient_expenses.csv']],
  ['uci-diabetes-130_dataset_diabetes', ['diabetic_data.csv', 'IDs_mapping.csv']],
  ['error-detection-dev', ['hospital/dirty.csv', 'beers/dirty.csv', 'beers/clean.csv']],
] as const

const tablesOf = (folder: string): readonly string[] =>
  readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter((name) => name.endsWith('.csv'))

describe('a draft contract', () => {
  for (const [archive, tables] of real) {
    const folder = sharedData(archive)

    it.skipIf(folder === undefined)(`keeps no row of ${archive} out, and lints clean`, {timeout: 600_000}, async () => {
      for (const name of isLong ? tablesOf(folder ?? '') : tables) {
        const judged = await draftAndJudge(path.join(folder ?? '', name), path.basename(name, '.csv'))

        expect({name, broken: broken(judged)}).toEqual({name, broken: []})
        expect({name, findings: lintContract('draft.odcs.yaml', judged.text)}).toEqual({name, findings: []})
      }
    })
  }

  it('keeps no row of any file out', {timeout: 600_000}, async () => {
    const folder = temporary()
    const seed = Number(process.env.HIPPO_TEST_SEED ?? 1)
    let number = 0
    await fc.assert(
      fc.asyncProperty(fc.integer({min: 0, max: 60}).chain(delivery), async (columns) => {
        const file = path.join(folder, `generated-${++number}.csv`)
        writeFileSync(file, csv(columns))

        const judged = await draftAndJudge(file, 'generated')

        expect(broken(judged)).toEqual([])
        expect(lintContract('draft.odcs.yaml', judged.text)).toEqual([])
        expect(judged.contract.columns).toHaveLength(columns.length)
      }),
      {numRuns: isLong ? 200 : 12, seed},
    )
  })
})

const people = ['Ada,Lovelace', 'Grace,Hopper', 'Alan,Turing', 'Mary,Seacole']
/** Six rows a person: a visit each, with a note that repeats often enough to look like a list. */
const visits = Array.from({length: 24}, (_, n) => {
  const date = `2024-01-${String(n + 1).padStart(2, '0')}`
  return `${n + 1},MRN-00${n % 4},${people[n % 4]},${date},${n % 2 === 0 ? 'inpatient' : 'outpatient'},${n === 3 ? '?' : 36 + n / 10},Dr. ${n % 2 === 0 ? 'House' : 'Who'}`
})
const visitFile = ['visit_id,patient_id,first_name,last_name,seen_on,class,temperature,attending', ...visits].join('\n').concat('\n')

/** Files under a new folder; returns it. */
function deliveries(files: Readonly<Record<string, string>>): string {
  const folder = temporary()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), {recursive: true})
    writeFileSync(path.join(folder, name), text)
  }
  return folder
}

describe('hippo init --from', () => {
  it('makes a workspace in which the same files are accepted whole', async () => {
    const from = deliveries({'visits-2024-01.csv': visitFile})
    const root = path.join(temporary(), 'clinic')
    const database = await testDatabase()

    const made = await initWorkspace({directory: root, from: [path.join(from, 'visits-2024-01.csv')], copy: true, env: {}})

    expect(made.created).toEqual(expect.arrayContaining(['hippo.yaml', 'contracts/visit.odcs.yaml', 'inbox/visits-2024-01.csv']))
    expect(made.datasets).toMatchObject([{dataset: 'visit', state: 'drafted', rows: 24, columns: 8, match: ['visits*.csv'], matched: true}])
    const clinic = await openWorkspace({directory: root, env: {HIPPO_DATABASE_URL: database.url}})
    const captured = await ingest(clinic, {sources: []})
    const {datasets} = await promoteSilver(clinic, {datasets: []})
    await clinic.close()
    await database.close()
    expect(captured.files.map(({state}) => state)).toEqual(['captured'])
    expect(datasets).toMatchObject([{dataset: 'visit', state: 'committed', rows: {read: 24, accepted: 24, quarantined: 0}, reasons: {}}])
  })

  it('writes no value into a draft that may tell who somebody is', async () => {
    const from = deliveries({'visits.csv': visitFile})

    const {text} = await draftAndJudge(path.join(from, 'visits.csv'), 'visit')

    expect(text).toContain('validValues: [inpatient, outpatient]')
    for (const telling of ['MRN-', 'Ada', 'Lovelace', 'House', 'Who', '2024-01-24', '38.3']) expect(text).not.toContain(telling)
  })

  it('changes nothing that is there, and says what is left to do', async () => {
    const from = deliveries({'visits.csv': visitFile, 'beds.csv': 'id,ward\n1,A\n2,B\n'})
    const root = deliveries({'hippo.yaml': 'name: mine\n', 'contracts/bed.odcs.yaml': 'mine'})

    const made = await initWorkspace({directory: root, from: [path.join(from, 'visits.csv'), path.join(from, 'beds.csv')], env: {}})

    expect(readFileSync(path.join(root, 'hippo.yaml'), 'utf8')).toBe('name: mine\n')
    expect(readFileSync(path.join(root, 'contracts/bed.odcs.yaml'), 'utf8')).toBe('mine')
    expect(made.datasets).toMatchObject([
      {dataset: 'visit', state: 'drafted', matched: false, match: ['visits*.csv']},
      {dataset: 'bed', state: 'kept', matched: false},
    ])
    expect(existsSync(path.join(root, 'inbox/visits.csv'))).toBe(false)
  })

  it('makes a workspace that opens in a folder of any name', async () => {
    const root = path.join(temporary(), '2024 Müller: data #1')

    await initWorkspace({directory: root})

    const opened = await openWorkspace({directory: root, env: {}})
    expect(opened.config.name).toBe('M-ller-data-1')
    await opened.close()
    await expect(initWorkspace({directory: root, name: 'two words'})).rejects.toMatchObject({code: 'CONFIG_USAGE'})
  })

  it('leaves nothing behind when a file cannot be read', async () => {
    const from = deliveries({'visits.csv': visitFile, 'empty.csv': ''})
    const root = path.join(temporary(), 'clinic')

    const failing = initWorkspace({
      directory: root,
      from: [path.join(from, 'visits.csv'), path.join(from, 'empty.csv')],
      copy: true,
      env: {},
    })

    await expect(failing).rejects.toMatchObject({code: 'SOURCE_REFUSED'})
    expect(existsSync(root)).toBe(false)
  })

  it('never replaces a file of the inbox', async () => {
    const from = deliveries({'visits.csv': visitFile})
    const root = deliveries({'inbox/visits.csv': 'mine'})

    const failing = initWorkspace({directory: root, from: [path.join(from, 'visits.csv')], copy: true, env: {}})

    await expect(failing).rejects.toMatchObject({code: 'CONFIG_EXISTS'})
    expect(readdirSync(root)).toEqual(['inbox'])
    expect(readFileSync(path.join(root, 'inbox/visits.csv'), 'utf8')).toBe('mine')
  })

  it('drafts one contract from several deliveries of a dataset', async () => {
    const from = deliveries({'result_1.csv': 'id,value\n1,1\n2,2\n', 'result_2.csv': 'id,value,unit\n3,1.5,mg\n'})
    const files = ['result_1.csv', 'result_2.csv'].map((name) => path.join(from, name))

    const {rows, text} = await draftContract(workspace, {dataset: 'result', files})

    expect(rows).toBe(3)
    const {columns} = readContract('result.odcs.yaml', text)
    expect(columns.map(({name, logicalType}) => `${name} ${logicalType}`)).toEqual(['id string', 'value number', 'unit string'])
  })

  it('refuses to make one draft of files about different things', async () => {
    const from = deliveries({'a/data.csv': 'id,value\n1,1\n', 'b/data.csv': 'ward,beds,floor\nA,1,2\n'})
    const files = ['a/data.csv', 'b/data.csv'].map((name) => path.join(from, name))

    await expect(draftContract(workspace, {dataset: 'data', files})).rejects.toMatchObject({code: 'CONFIG_USAGE'})
  })

  it('keeps apart columns whose names differ in case or separators only', async () => {
    const from = deliveries({'twins.csv': `A B,a_b\n${Array.from({length: 30}, (_, n) => `${n},word ${n}`).join('\n')}\n`})

    const judged = await draftAndJudge(path.join(from, 'twins.csv'), 'twins')

    expect(broken(judged)).toEqual([])
    expect(judged.contract.columns.map(({name, logicalType}) => `${name} ${logicalType}`)).toEqual(['a_b integer', 'a_b_2 string'])
  })
})

interface GeneratedColumn {
  readonly name: string
  readonly cells: readonly string[]
}

const twoDigits = fc.integer({min: 1, max: 99}).map((n) => String(n).padStart(2, '0'))
const day = fc.date({min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true}).map((date) => date.toISOString())
const swap = (iso: string, separator: string, monthFirst: boolean): string => {
  const [year = '', month = '', date = ''] = iso.slice(0, 10).split('-')
  return (monthFirst ? [month, date, year] : [date, month, year]).join(separator)
}

/** What cells of one column may hold; a column takes one or two of these, so that most are clean and some are not. */
const kinds: readonly fc.Arbitrary<string>[] = [
  fc.integer().map(String),
  fc.bigInt({min: -(2n ** 64n), max: 2n ** 64n}).map(String),
  fc.double({noNaN: true, noDefaultInfinity: true}).map(String),
  fc.double({noNaN: true, min: -100, max: 100}).map((n) => n.toFixed(2)),
  fc.double({noNaN: true, min: 0, max: 100}).map((n) => n.toFixed(2).replace('.', ',')),
  fc.integer({min: 1000, max: 9_999_999}).map((n) => n.toLocaleString('en-US')),
  twoDigits,
  fc.integer({min: 0, max: 10}).map(String),
  day.map((iso) => iso.slice(0, 10)),
  day,
  day.map((iso) => `${iso.slice(0, 10)} ${iso.slice(11, 16)}`),
  day.map((iso) => `${iso.slice(0, 19)}+02:00`),
  day.map((iso) => swap(iso, '.', false)),
  day.map((iso) => swap(iso, '/', false)),
  day.map((iso) => swap(iso, '/', true)),
  day.map((iso) => swap(iso, '-', false).replace(/^0/, '')),
  day.map((iso) => iso.slice(0, 10).replaceAll('-', '')),
  day.map((iso) => iso.slice(0, 19).replace(/[-T:]/g, '')),
  fc.constantFrom('2023-02-30', '31.02.2023', '2023-02-29T10:00:00Z', '20230231', '24:00', '2016-12-31T23:59:60Z'),
  fc.constantFrom('yes', 'no'),
  fc.constantFrom('Y', 'n', 'maybe'),
  fc.constantFrom('M', 'F'),
  fc.constantFrom('No', 'Null', 'true', '~', '- a', '[x]', '{y: 1}', '#', '"', "'"),
  fc.constantFrom('Müller, Jörg', "O'Neil, Ann", 'Dr. House'),
  fc.uuid(),
  fc.string({unit: 'grapheme', maxLength: 12}),
]
const nothings = fc.constantFrom('', '', ' ', '?', 'N/A', 'NULL', 'NA', '-', 'NaN', 'unknown', '\u00a0')
const padded = (cell: fc.Arbitrary<string>) =>
  fc.oneof({weight: 9, arbitrary: cell}, {weight: 1, arbitrary: cell.map((text) => ` ${text}\t`)})
const names = fc.oneof(
  fc.constantFrom(
    'id',
    'Patient Id',
    'patient_id',
    'PATIENTID',
    'birth_date',
    'Start',
    'code',
    'Name',
    'zip',
    'value',
    '2nd!',
    '日付',
    'a',
  ),
  fc.string({unit: 'grapheme', minLength: 1, maxLength: 8}),
)

/** Control characters and line breaks in headers belong to the tests of reading files. */
const isHeaderName = (name: string): boolean => name.trim() === name && /^[^\p{C}",;|]+$/u.test(name) && !/^[0-9.]+$/.test(name)

function delivery(rows: number): fc.Arbitrary<readonly GeneratedColumn[]> {
  const cells = fc
    .tuple(fc.constantFrom(...kinds), fc.constantFrom(...kinds), fc.constantFrom(0, 0, 0, 1, 20), fc.constantFrom(0, 0, 5))
    .chain(([most, some, mixed, empty]) => {
      const cell = fc.oneof({weight: 40, arbitrary: padded(most)}, {weight: mixed, arbitrary: some}, {weight: empty, arbitrary: nothings})
      const clean = fc.oneof({weight: 40, arbitrary: most}, {weight: mixed, arbitrary: some}, {weight: empty, arbitrary: nothings})
      const options = {minLength: rows, maxLength: rows}
      const different = Array.from({length: rows}, (_, row) => `${row * 7}`)
      return fc.oneof(
        {weight: 4, arbitrary: fc.array(clean, options)},
        {weight: 4, arbitrary: fc.array(cell, options)},
        fc.constant(different),
      )
    })
  const column = fc.record({name: names.filter(isHeaderName), cells})
  return fc.uniqueArray(column, {minLength: 3, maxLength: 12, selector: ({name}) => name})
}

/** Every field in quotes, so that no row looks like something else. */
function csv(columns: readonly GeneratedColumn[]): string {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""').replace(/[\0\r\n]/g, '_')}"`
  const rows = Array.from({length: columns[0]?.cells.length ?? 0}, (_, row) => columns.map(({cells}) => quoted(cells[row] ?? '')).join(','))
  return `${[columns.map(({name}) => quoted(name)).join(','), ...rows].join('\n')}\n`
}
