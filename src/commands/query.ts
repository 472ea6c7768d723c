import {addAbortSignal} from 'node:stream'
import {text as readAll} from 'node:stream/consumers'
import {queryWarehouse} from '../core/index.ts'
import {queryReport} from '../ui/report/query.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags} from './shell/flags.ts'
import {Args} from './shell/oclif.ts'
import {timeTravelFlags, timeTravelOf} from './shell/table-arguments.ts'

type QueryResult = Awaited<ReturnType<typeof queryWarehouse>>

export default class Query extends HippoCommand {
  static override summary = 'Ask the warehouse, read only'
  static override description =
    'Runs one select. With - the statement is read from standard input, so that it is in no list of processes. --version and --as-of ask tables of silver as they were, also those that no model reads.'
  static override examples = [
    '<%= config.bin %> query "select count(*) from gold.admissions_daily"',
    '<%= config.bin %> query "select count(*) from silver.patient" --version 0',
    '<%= config.bin %> query - --json < question.sql',
  ]
  static override args = {sql: Args.string({description: 'The statement, or - for standard input', required: true})}
  static override flags = {...placeFlags, ...timeTravelFlags}

  async run(): Promise<QueryResult> {
    const {args, flags} = await this.parse(Query)
    const sql = args.sql === '-' ? await readAll(addAbortSignal(this.session.signal, process.stdin)) : args.sql
    const result = await this.withWorkspace(flags, (workspace, {signal}) =>
      queryWarehouse(workspace, sql, {...timeTravelOf(flags), signal}),
    )
    return this.report(result, {text: queryReport})
  }
}
