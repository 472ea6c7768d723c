// The steward's first step: a workspace with draft contracts made from delivered files. Whatever the files, a draft can be
// read, and promoted over the same files it keeps no row out.
import {mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
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

/** Checks that did not pass, leaving out what had no row to judge; warnings a draft announces itself are not among them. */
const broken = ({checks, text}: Judged): readonly string[] =>
  checks
    .filter(({outcome}) => outcome !== 'passed' && outcome !== 'notApplicable')
    .filter(({outcome, rule}) => !(outcome === 'warned' && rule === 'acceptedValues' && text.includes('too rare to print here')))
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
