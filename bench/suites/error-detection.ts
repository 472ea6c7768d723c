// How much of what is wrong in a file hippo finds when nobody tells it anything: a contract is drafted from the dirty file and
// the same file judged by it. A cell is detected when a check of its column is broken in its row, or when the contract's steps
// change its text. The clean file is read by the scorer alone; against it, every cell whose text differs is wrong.
import {mkdtempSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {textColumn} from '../../src/core/contract/compile-columns.ts'
import {compileContract} from '../../src/core/contract/compile-contract.ts'
import {readContract} from '../../src/core/contract/read-contract.ts'
import {and, column, type Expr, or} from '../../src/core/expr/expr.ts'
import type {Plan} from '../../src/core/expr/plan.ts'
import {openWorkspace, type Workspace} from '../../src/core/index.ts'
import {draftContract} from '../../src/core/pipeline/infer-workspace.ts'
import {soundRowsOf} from '../../src/core/pipeline/judge-structure.ts'
import {typedRows} from '../../src/core/pipeline/plan-promotion.ts'
import {prepareGivenFile, readGivenFile} from '../../src/core/pipeline/prepare-batch.ts'
import {rawColumn} from '../../src/core/pipeline/sample-file.ts'
import {soundRows} from '../../src/core/pipeline/stage-texts.ts'

export interface Score {
  readonly dataset: string
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

/** What a contract drafted from a file that is right finds wrong in it: every one a false alarm. */
export interface FalseAlarms {
  readonly dataset: string
  readonly file: string
  readonly cells: number
  readonly flagged: number
  readonly changed: number
  /** Flagged cells by the column and rule that flagged them. */
  readonly by: Readonly<Record<string, number>>
}

const maxRows = 1_000_000

/** `error-detection DIR [--clean]`: one JSON line for each data set, and with `--clean` one for each clean file. */
export async function benchErrorDetection(args: readonly string[]): Promise<void> {
  const directory = args.find((arg) => !arg.startsWith('-'))
  if (directory === undefined) throw new Error('usage: npm run bench error-detection DIR [-- --clean]')
  await withWorkspace(async (workspace) => {
    for (const dataset of dataSetsIn(directory)) {
      const file = (name: string): string => path.join(directory, dataset, name)
      console.log(JSON.stringify(await scoreOf(workspace, {dataset, dirty: file('dirty.csv'), clean: file('clean.csv')})))
    }
    if (!args.includes('--clean')) return
    for (const file of cleanFilesIn(directory)) console.log(JSON.stringify(await falseAlarmsOf(workspace, file)))
  })
}

/** Runs something in a workspace of its own, which is gone afterwards. */
export async function withWorkspace<T>(use: (workspace: Workspace) => Promise<T>): Promise<T> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'hippo-detection-'))
  try {
    writeFileSync(path.join(root, 'hippo.yaml'), 'name: detection\n')
    const workspace = await openWorkspace({directory: root, env: {}})
    try {
      return await use(workspace)
    } finally {
      await workspace.close()
    }
  } finally {
    rmSync(root, {recursive: true, force: true})
  }
}

const isFile = (file: string): boolean => statSync(file, {throwIfNoEntry: false})?.isFile() ?? false

function dataSetsIn(directory: string): readonly string[] {
  return readdirSync(directory)
    .filter((name) => ['dirty.csv', 'clean.csv'].every((file) => isFile(path.join(directory, name, file))))
    .toSorted()
}

/** The clean files of data sets; of a folder without any, all its CSV files. */
function cleanFilesIn(directory: string): readonly string[] {
  const sets = dataSetsIn(directory).map((name) => path.join(directory, name, 'clean.csv'))
  if (sets.length > 0) return sets
  const names = readdirSync(directory).filter((name) => name.endsWith('.csv'))
  return names.toSorted().map((name) => path.join(directory, name))
}

interface DataSet {
  readonly dataset: string
  readonly dirty: string
  readonly clean: string
}

/** Precision, recall and F1 over the cells of one data set. */
export async function scoreOf(workspace: Workspace, {dataset, dirty, clean}: DataSet): Promise<Score> {
  const detected = await detect(workspace, dirty, dataset)
  const [given, right] = [await cellsOf(workspace, dirty), await cellsOf(workspace, clean)]
  if (given.length !== right.length) throw new Error(`${dataset}: dirty.csv and clean.csv differ in their rows`)
  let [hits, found, wrong] = [0, 0, 0]
  for (const [row, texts] of given.entries()) {
    for (const [place, text] of texts.entries()) {
      const isWrong = text !== right[row]?.[place]
      const cell = detected[row]?.[place]
      const isFound = cell !== undefined && (cell.isChanged || cell.flaggedBy.length > 0)
      if (isWrong) wrong += 1
      if (isFound) found += 1
      if (isWrong && isFound) hits += 1
    }
  }
  const precision = found === 0 ? 0 : hits / found
  const recall = wrong === 0 ? 0 : hits / wrong
  return {dataset, precision, recall, f1: hits === 0 ? 0 : (2 * precision * recall) / (precision + recall)}
}

/** What is found in a file that is right. */
export async function falseAlarmsOf(workspace: Workspace, file: string): Promise<FalseAlarms> {
  const dataset = path.basename(file, '.csv').toLowerCase()
  const cells = (await detect(workspace, file, dataset)).flat()
  const by: Record<string, number> = {}
  for (const {flaggedBy} of cells) for (const check of flaggedBy) by[check] = (by[check] ?? 0) + 1
  return {
    dataset,
    file: path.basename(file),
    cells: cells.length,
    flagged: cells.filter(({flaggedBy}) => flaggedBy.length > 0).length,
    changed: cells.filter(({isChanged}) => isChanged).length,
    by,
  }
}

interface Cell {
  /** Ids of the checks that are broken. */
  readonly flaggedBy: readonly string[]
  readonly isChanged: boolean
}

/** Drafts a contract from a file, and judges each of its cells by it. A folder may have any name, a dataset not. */
async function detect(workspace: Workspace, file: string, name: string): Promise<readonly (readonly Cell[])[]> {
  const dataset = `set_${name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 40)}`
  const {text} = await draftContract(workspace, {dataset, files: [file]})
  const contract = readContract(`${dataset}.odcs.yaml`, text)
  const signal = new AbortController().signal
  const ready = await prepareGivenFile(workspace, contract, file, {staging: await workspace.stagingDirectory(), signal})
  const {header} = ready.prepared
  const now = workspace.clock.now().toISOString()
  const compiled = compileContract(contract, {now, relation: () => undefined, sourceColumns: header})
  const all = typedRows({contract, compiled, batch: 0, run: 'detection', judgedAt: now, ready: [ready]}, header)
  const rows = soundRowsOf(ready, all)
  const checks = compiled.checks.flatMap((check) => (check.scope === 'row' && check.clause.column !== undefined ? [check] : []))
  const select = (columns: readonly (readonly [string, Expr])[]): Plan => ({
    kind: 'select',
    input: rows,
    columns: columns.map(([name, expr]) => ({name, expr})),
  })
  const judged = select([
    ...checks.map(({judgement}): [string, Expr] => [`check ${judgement.id}`, or(and(judgement.when))]),
    ...contract.columns.map((one): [string, Expr] => [`text ${one.name}`, column(textColumn(one))]),
    ...header.map((name): [string, Expr] => [`given ${name}`, column(`received:${name}`)]),
  ])
  const found = await (await workspace.engine()).rows(judged, maxRows)
  return found.map((row) =>
    header.map((name): Cell => {
      const own = contract.columns.find(({sources}) => sources.includes(name))
      if (own === undefined) return {flaggedBy: [], isChanged: false}
      const broken = checks.filter(({clause, judgement}) => clause.column === own.name && row[`check ${judgement.id}`] === true)
      return {flaggedBy: broken.map(({judgement}) => judgement.id), isChanged: row[`text ${own.name}`] !== row[`given ${name}`]}
    }),
  )
}

/** The texts of a file as they stand there, row by row. */
async function cellsOf(workspace: Workspace, file: string): Promise<readonly (readonly unknown[])[]> {
  const {prepared} = await readGivenFile(workspace, {dataset: 'cells', localPath: file, staging: await workspace.stagingDirectory()})
  const {header} = prepared
  const columns = header.map((_, index) => ({name: rawColumn(index), expr: column(rawColumn(index))}))
  const plan: Plan = {kind: 'select', input: soundRows([prepared], header), columns}
  const rows = await (await workspace.engine()).rows(plan, maxRows)
  return rows.map((row) => header.map((_, index) => row[rawColumn(index)]))
}
