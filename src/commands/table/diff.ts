import {HippoError} from '../../core/errors/hippo-error.ts'
import {diffTable, type TableDiff} from '../../core/index.ts'
import {tableDiffReport} from '../../ui/report/table-diff.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Args, Flags} from '../shell/oclif.ts'
import {lakeTableArgument, timeTravelFlags, timeTravelOf} from '../shell/table-arguments.ts'

export default class TableDiffCommand extends HippoCommand {
  static override summary = 'Show what changed between two versions of a table'
  static override description =
    'Rows added, removed and changed, by primary key; changed cells by column. Without A..B: the newest version, or the one that --version or --as-of names, and the one before it. --rows shows changed rows; protected columns are masked.'
  static override examples = [
    '<%= config.bin %> table diff silver.observation',
    '<%= config.bin %> table diff silver.patient 0..1 --rows 5',
  ]
  static override args = {
    ...lakeTableArgument,
    range: Args.string({description: 'Two versions: A..B, or A.. for A and the newest'}),
  }
  static override flags = {
    ...placeFlags,
    ...timeTravelFlags,
    rows: Flags.integer({helpValue: 'N', min: 0, max: 1000, default: 0, summary: 'Show this many changed rows, protected columns masked'}),
  }

  async run(): Promise<TableDiff> {
    const {args, flags} = await this.parse(TableDiffCommand)
    const request = {table: args.table, rows: flags.rows, ...timeTravelOf(flags), ...parseRange(args.range)}
    const result = await this.withWorkspace(flags, (workspace, {signal}) => diffTable(workspace, request, signal))
    return this.report(result, {text: tableDiffReport})
  }
}

function parseRange(range: string | undefined): {readonly from?: number; readonly to?: number} {
  if (range === undefined) return {}
  const [whole, from, to] = /^(\d{1,15})\.\.(\d{1,15})?$/.exec(range) ?? []
  if (whole !== undefined) return {from: Number(from), ...(to === undefined ? {} : {to: Number(to)})}
  throw new HippoError('CONFIG_USAGE', {message: `${range} are not two versions`, hint: 'write A..B, as in 3..5'})
}
