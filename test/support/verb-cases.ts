// The verbs that write to a lake, each with a small workspace in which it has something of every kind to do: rows accepted,
// quarantined, changed and taken back, a second version to go back to, files to put together, a person to forget.
import {readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {forget, ingest, optimizeTable, promoteSilver, restoreTable, runPipeline, vacuumTable, type Workspace} from '../../src/core/index.ts'
import {delegate} from './stopping-workspace.ts'
import {type TestWorkspace, testWorkspace} from './workspace.ts'

export const datasets = ['person', 'visit', 'setting'] as const

export interface VerbCase {
  readonly name: string
  /** Deliveries that went through the whole pipeline before; the next one lies in the inbox. */
  readonly deliveries: number
  readonly prepare?: (workspace: Workspace) => Promise<unknown>
  readonly run: (workspace: Workspace) => Promise<unknown>
  /** Of which nothing may be left in the lake and its catalog. */
  readonly erases?: RegExp
}

/** Files by their name in the inbox, in the order in which they come. */
const deliveries: readonly Readonly<Record<string, string>>[] = [
  {
    'persons-1.csv':
      'id,name,born,weight\np1,Ann,1980-01-01,70\np2,,1980-01-01,70\np3,Carl,1990-05-05,80\nK4711,Kanarienvogel,1931-07-13,42\n',
    'visits-1.csv':
      'person_id,visited_on,reason\np1,2026-01-01,cough\np1,2026-01-01,cough\nnobody,2026-01-01,cough\nK4711,2026-01-01,fall\n',
    'settings-1.csv': 'key,value\na,1\nb,2\n',
  },
  {
    'persons-2.csv': 'id,name,born,weight\np1,Ann,1980-01-01,71\np4,Dora,1980-13-01,60\np5,Emil,1970-01-01,90\nK4711,Kanarienvogel\n',
    'visits-2.csv': 'person_id,visited_on,reason\np3,2026-01-02,fall\np5,2026-01-02,\n',
    'settings-2.csv': 'key,value\na,3\n',
  },
  {'persons-3.csv': 'id,name,born,weight\np3,Carl,1990-05-05,81\np6,Fred,1971-01-01,91\n'},
]

/** An hour from now: with a retention of none, everything that is not needed is old enough to go. */
export const later = (workspace: Workspace): Workspace => delegate(workspace, {clock: {now: () => new Date(Date.now() + 3_600_000)}})

export const verbCases: readonly VerbCase[] = [
  {name: 'an ingest', deliveries: 0, run: (workspace) => ingest(workspace, {sources: []})},
  {
    name: 'a first promotion',
    deliveries: 0,
    prepare: (workspace) => ingest(workspace, {sources: []}),
    run: (workspace) => promoteSilver(workspace, {datasets: []}),
  },
  {name: 'a pipeline run that merges', deliveries: 1, run: (workspace) => runPipeline(workspace, {})},
  {name: 'a rebuild', deliveries: 2, prepare: stricter, run: (workspace) => promoteSilver(workspace, {datasets: ['person'], full: true})},
  {name: 'an optimize', deliveries: 3, run: (workspace) => optimizeTable(workspace, {table: 'person'})},
  {name: 'a restore', deliveries: 3, run: (workspace) => restoreTable(workspace, {table: 'person', version: 0})},
  {
    name: 'a vacuum',
    deliveries: 3,
    prepare: (workspace) => optimizeTable(workspace, {table: 'person'}),
    run: (workspace) =>
      vacuumTable(later(workspace), {table: 'person', apply: true, retentionHours: 0, allowShortRetention: true, log: true}),
  },
  {name: 'an erasure', deliveries: 2, run: (workspace) => forget(workspace, {patient: 'K4711'}), erases: /K4711|Kanarienvogel|1931-07-13/},
]

/** Rows that a rebuild judges otherwise than the promotions did. */
async function stricter({root}: Workspace): Promise<void> {
  const file = path.join(root, 'contracts/person.odcs.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace('maximum: 500', 'maximum: 75'))
}

/** The workspace before each number of deliveries went through the pipeline, with the next one in its inbox. */
export async function moments<M>(ward: TestWorkspace, use: UseWorkspace, save: () => Promise<M>): Promise<readonly M[]> {
  const kept: M[] = []
  for (const [index, files] of [...deliveries, {}].entries()) {
    if (index > 0) await use(ward, (workspace) => runPipeline(workspace, {}))
    for (const [name, text] of Object.entries(files)) ward.write(`inbox/${name}`, text)
    kept.push(await save())
  }
  return kept
}

export type UseWorkspace = <T>(ward: TestWorkspace, work: (workspace: Workspace) => Promise<T>) => Promise<T>

/** The ward in which these verbs are tried. */
export async function verbWard(): Promise<TestWorkspace> {
  const ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
  ward.env.HIPPO_KEY = 'test key of the workspace, long enough'
  const contract = readFileSync(path.join(ward.root, 'contracts/person.odcs.yaml'), 'utf8')
  const subject = '      - {property: hippoDataSubject, value: true}\n'
  ward.write('contracts/person.odcs.yaml', contract.replace('customProperties:\n', `customProperties:\n${subject}`))
  return ward
}
