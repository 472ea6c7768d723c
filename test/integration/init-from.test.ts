// The steward's first step: a workspace with draft contracts made from delivered files. Whatever the files, a draft can be
// read, and promoted over the same files it keeps no row out.
import {existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
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

const real = [
  ['synthea-28-csv', ''],
  ['synthea-51-csv', ''],
  ['uci-diabetes-130_dataset_diabetes', ''],
  ['error-detection-dev', 'hospital'],
  ['error-detection-dev', 'beers'],
] as const

describe('a draft contract', () => {
  for (const [archive, below] of real) {
    const folder = sharedData(archive)
    const files = folder === undefined ? [] : readdirSync(path.join(folder, below)).filter((name) => name.endsWith('.csv'))

    it.skipIf(folder === undefined)(`keeps no row of ${archive} ${below} out, and lints clean`, {timeout: 600_000}, async () => {
      expect(files.length).toBeGreaterThan(0)
      for (const name of files) {
        const judged = await draftAndJudge(path.join(folder ?? '', below, name), path.basename(name, '.csv'))

        expect({name, broken: broken(judged)}).toEqual({name, broken: []})
        expect({name, findings: lintContract('draft.odcs.yaml', judged.text)}).toEqual({name, findings: []})
      }
    })
  }
})
