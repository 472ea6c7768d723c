// Loading the accepted rows into PostgreSQL: `hippo promote gold` of a model that only counts, against `psql \copy` of the same
// rows as CSV into a table of the same columns in the same server. hippo's load is also told alone, from its run's record:
// it reads silver's Parquet, writes CSV, copies and analyses, where psql finds its CSV ready made and only copies.
import {spawnSync} from 'node:child_process'
import path from 'node:path'
import {serverLayout, socketPort} from '../../src/core/postgres/server-layout.ts'
import type {Comparison} from '../comparison.ts'
import {type Command, measureProcess, runProcess, type Sample} from '../measure-process.ts'
import type {Round} from '../round.ts'
import {withoutText} from './ingest.ts'

interface RunDetail {
  readonly steps: readonly {readonly step: string; readonly startedAt: string; readonly finishedAt?: string}[]
}

export function hasPsql(): boolean {
  return spawnSync('psql', ['--version'], {stdio: 'ignore'}).status === 0
}

export function copyBench() {
  const hippo: Sample[] = []
  const loads: Sample[] = []
  const rivals: Sample[] = []
  const note = 'psql copies a CSV that is there already; its rows are counted'
  return {
    async run(round: Round): Promise<void> {
      const measured = await measureProcess(round.hippo('promote', 'gold', '--quiet', '--json'))
      hippo.push(withoutText(measured))
      loads.push({wallMs: await loadTime(round, (JSON.parse(measured.stdout) as {run: {id: string}}).run.id)})
      rivals.push(withoutText(await measureProcess(await copyByPsql(round))))
      await requireSameRows(round)
    },
    comparisons: (): readonly Comparison[] => [
      {what: 'hippo promote gold, its load alone', rival: 'psql \\copy', hippo: loads, rivals, targets: [{of: 'wall', atMost: 1}], note},
      {what: 'hippo promote gold, whole process', rival: 'psql \\copy', hippo, rivals, note},
    ],
  }
}

async function loadTime(round: Round, run: string): Promise<number> {
  const {steps} = JSON.parse(await runProcess(round.hippo('runs', 'show', run, '--json'))) as RunDetail
  const load = steps.find(({step}) => step === 'load')
  if (!load?.finishedAt) throw new Error('promote gold loaded nothing')
  return Date.parse(load.finishedAt) - Date.parse(load.startedAt)
}

/** Writes the loaded rows as CSV and makes an empty twin of their table; the command that is measured fills it. */
async function copyByPsql(round: Round): Promise<Command> {
  const csv = path.join(round.scratch, 'accepted.csv')
  const table = await loadedTable(round)
  await runProcess(psql(round, `\\copy (select * from ${table}) to '${csv}' (format csv)`))
  await runProcess(psql(round, `create table public.twin (like ${table})`))
  return psql(round, `\\copy public.twin from '${csv}' (format csv)`)
}

/** Quoted by PostgreSQL itself. */
async function loadedTable(round: Round): Promise<string> {
  const loaded = "relnamespace = 'silver_data'::regnamespace and relkind = 'r' and starts_with(relname, 'observations')"
  return (await runProcess(psql(round, `select oid::regclass from pg_class where ${loaded}`))).trim()
}

async function requireSameRows(round: Round): Promise<void> {
  const count = async (table: string) => Number(await runProcess(psql(round, `select count(*) from ${table}`)))
  const counts = [await count('public.twin'), await count(await loadedTable(round))]
  if (counts.some((rows) => rows !== round.data.truth.accepted)) throw new Error(`the loads have ${counts.join(' and ')} rows`)
}

function psql({workspace}: Round, statement: string): Command {
  const {socketFolder} = serverLayout(path.join(workspace, '.hippo', 'pg'), process.env)
  const connection = ['-h', socketFolder, '-p', String(socketPort), '-U', 'hippo', '-d', 'postgres']
  return {program: 'psql', args: [...connection, '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', statement], env: {PGPASSWORD: ''}}
}
