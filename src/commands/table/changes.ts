import {type TableChanges, tableChanges} from '../../core/index.ts'
import {tableChangesReport} from '../../ui/report/table-changes.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Flags} from '../shell/oclif.ts'
import {lakeTableArgument} from '../shell/table-arguments.ts'

export default class TableChangesCommand extends HippoCommand {
  static override summary = 'Read the change data feed of a table'
  static override description =
    'Rows inserted, updated and deleted by each version, for tables whose contract says hippoChangeDataFeed: true. Without --from and --to: the newest version. --rows shows rows of the feed; protected columns are masked.'
  static override examples = [
    '<%= config.bin %> table changes observation',
    '<%= config.bin %> table changes observation --from 0 --to 1 --rows 5',
  ]
  static override args = lakeTableArgument
  static override flags = {
    ...placeFlags,
    from: Flags.integer({helpValue: 'NUMBER', min: 0, summary: 'The first version; --to alone when absent'}),
    to: Flags.integer({helpValue: 'NUMBER', min: 0, summary: 'The last version; the newest when absent'}),
    rows: Flags.integer({
      helpValue: 'N',
      min: 0,
      max: 1000,
      default: 0,
      summary: 'Show this many rows of the feed, protected columns masked',
    }),
  }

  async run(): Promise<TableChanges> {
    const {args, flags} = await this.parse(TableChangesCommand)
    const {from, to, rows} = flags
    const request = {table: args.table, rows, ...(from === undefined ? {} : {from}), ...(to === undefined ? {} : {to})}
    const result = await this.withWorkspace(flags, (workspace, {signal}) => tableChanges(workspace, request, signal))
    return this.report(result, {text: tableChangesReport})
  }
}
