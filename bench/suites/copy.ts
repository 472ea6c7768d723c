// Loading the accepted rows into PostgreSQL against `psql \copy` of the same rows as CSV into a table of the same columns in the
// same server. Three ways to look at it: hippo's load of that very CSV (the fair pair, although hippo also analyses the table);
// the load step inside `hippo promote gold`, which must first turn silver's Parquet into CSV; and that whole command.
import {spawnSync} from 'node:child_process'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {serverLayout, socketPort} from '../../src/core/postgres/server-layout.ts'
import type {Comparison} from '../comparison.ts'
import {type Command, measureProcess, runProcess, type Sample} from '../measure-process.ts'
import {inTurn, type Round} from '../round.ts'
import {withoutText} from './ingest.ts'

interface RunDetail {
  readonly steps: readonly {readonly step: string; readonly startedAt: string; readonly finishedAt?: string}[]
}

export function hasPsql(): boolean {
  return spawnSync('psql', ['--version'], {stdio: 'ignore'}).status === 0
}

export function copyBench() {
  const whole: Sample[] = []
  const steps: Sample[] = []
  const same: Sample[] = []
  const rivals: Sample[] = []
  return {
    async run(round: Round): Promise<void> {
      const measured = await measureProcess(round.hippo('promote', 'gold', '--quiet', '--json'))
      whole.push(withoutText(measured))
      steps.push({wallMs: await loadTime(round, (JSON.parse(measured.stdout) as {run: {id: string}}).run.id)})
      const twins = await makeTwins(round)
      await inTurn(round.number, [
        async () => void same.push(withoutText(await measureProcess(twins.byHippo))),
        async () => void rivals.push(withoutText(await measureProcess(twins.byPsql))),
      ])
      await requireSameRows(round)
    },
    comparisons: (): readonly Comparison[] => [
      {
        what: "hippo's load of the same CSV",
        rival: 'psql \\copy',
        hippo: same,
        rivals,
        targets: [{of: 'wall', atMost: 1}],
        note: 'start of Node and analyze included; unlike psql it uses two connections',
      },
      {what: 'load step of hippo promote gold', rival: 'psql \\copy', hippo: steps, rivals, note: 'from Parquet; psql finds its CSV ready'},
      {what: 'hippo promote gold', rival: 'psql \\copy', hippo: whole, rivals, note: 'whole process; psql finds its CSV ready'},
    ],
  }
}

async function loadTime(round: Round, run: string): Promise<number> {
  const {steps} = JSON.parse(await runProcess(round.hippo('runs', 'show', run, '--json'))) as RunDetail
  const load = steps.find(({step}) => step === 'load')
  if (!load?.finishedAt) throw new Error('promote gold loaded nothing')
  return Date.parse(load.finishedAt) - Date.parse(load.startedAt)
}

const serverFolder = ({workspace}: Round) => path.join(workspace, '.hippo', 'pg')
const loaded = "relnamespace = 'silver_data'::regnamespace and relkind = 'r' and starts_with(relname, 'observations')"

/** Writes the loaded rows as CSV and makes an empty twin of their table for psql; hippo makes its own. */
async function makeTwins(round: Round): Promise<{readonly byHippo: Command; readonly byPsql: Command}> {
  const csv = path.join(round.scratch, 'accepted.csv')
  const table = (await ask(round, `select oid::regclass from pg_class where ${loaded}`)).trim()
  await ask(round, `\\copy (select * from ${table}) to '${csv}' (format csv)`)
  await ask(round, `create table public.twin (like ${table})`)
  const program = fileURLToPath(new URL('../load-csv.ts', import.meta.url))
  const columns = JSON.stringify(await columnsOf(round, table))
  return {
    byHippo: {program: process.execPath, args: [program, serverFolder(round), csv, columns]},
    byPsql: psql(round, `\\copy public.twin from '${csv}' (format csv)`),
  }
}

const scalarTypes: Readonly<Record<string, string>> = {
  text: 'string',
  bigint: 'int64',
  'double precision': 'float64',
  date: 'date',
  boolean: 'boolean',
  'timestamp with time zone': 'timestamp',
}

async function columnsOf(round: Round, table: string): Promise<readonly {readonly name: string; readonly type: string}[]> {
  const listed = await ask(
    round,
    `select attname || '|' || format_type(atttypid, atttypmod) from pg_attribute where attrelid = '${table}'::regclass and attnum > 0 order by attnum`,
  )
  return listed
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', type = ''] = line.split('|')
      const scalar = scalarTypes[type]
      if (scalar === undefined) throw new Error(`column ${name} has type ${type}, which this benchmark does not load`)
      return {name, type: scalar}
    })
}

async function requireSameRows(round: Round): Promise<void> {
  for (const table of ['public.twin', 'silver_data.twin__v1']) {
    const rows = Number(await ask(round, `select count(*) from ${table}`))
    if (rows !== round.data.truth.accepted) throw new Error(`${table} has ${rows} rows instead of ${round.data.truth.accepted}`)
  }
}

const ask = (round: Round, statement: string) => runProcess(psql(round, statement))

function psql(round: Round, statement: string): Command {
  const {socketFolder} = serverLayout(serverFolder(round), process.env)
  const connection = ['-h', socketFolder, '-p', String(socketPort), '-U', 'hippo', '-d', 'postgres']
  return {program: 'psql', args: [...connection, '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', statement], env: {PGPASSWORD: ''}}
}
