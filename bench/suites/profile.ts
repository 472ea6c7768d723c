// `hippo profile` of ten columns in a CSV file against DuckDB's SUMMARIZE of the same file. hippo counts different values and candidate keys
// exactly and looks for forms and dependencies; SUMMARIZE estimates them, and has quantiles and means of all rows.
import path from 'node:path'
import type {Comparison} from '../comparison.ts'
import {measureProcess, type Sample} from '../measure-process.ts'
import type {BenchOptions} from '../options.ts'
import {generateData, type Python} from '../rivals.ts'
import {hippoCommand, inTurn} from '../round.ts'
import {withoutText} from './ingest.ts'

export async function benchProfile(options: BenchOptions, python: Python): Promise<readonly Comparison[]> {
  const data = path.join(generateData(options, python).folder, 'observations.csv')
  const hippo: Sample[] = []
  const rivals: Sample[] = []
  const summarize = `import duckdb, sys; print(duckdb.sql(f"SUMMARIZE SELECT * FROM read_csv('{sys.argv[1]}')").fetchall())`
  for (let round = 0; round < options.rounds; round++)
    await inTurn(round, [
      async () => void hippo.push(withoutText(await measureProcess(hippoCommand(options, options.cache, ['profile', data, '--json'])))),
      async () => void rivals.push(withoutText(await measureProcess({program: python.program, args: ['-c', summarize, data]}))),
    ])
  return [
    {
      what: 'profile of a CSV file of 13 columns',
      rival: `SUMMARIZE, DuckDB ${python.packages.duckdb ?? ''}`,
      hippo,
      rivals,
      targets: [{of: 'wall', atMost: 1}],
    },
  ]
}
