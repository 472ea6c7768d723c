import {showTable, type TableDescription} from '../../core/index.ts'
import {tableReport} from '../../ui/report/table-show.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Flags} from '../shell/oclif.ts'
import {lakeTableArgument, timeTravelFlags, timeTravelOf} from '../shell/table-arguments.ts'

export default class TableShow extends HippoCommand {
  static override summary = 'Show how a table is stored: columns, files, versions'
  static override description = 'The newest version, or an earlier one. --rows shows some of its rows; protected columns are masked.'
  static override examples = [
    '<%= config.bin %> table show silver.patient',
    '<%= config.bin %> table show silver.observation --version 0 --rows 5',
  ]
  static override args = lakeTableArgument
  static override flags = {
    ...placeFlags,
    ...timeTravelFlags,
    rows: Flags.integer({helpValue: 'N', min: 0, max: 1000, default: 0, summary: 'Show this many rows, protected columns masked'}),
  }

  async run(): Promise<TableDescription> {
    const {args, flags} = await this.parse(TableShow)
    const request = {table: args.table, rows: flags.rows, ...timeTravelOf(flags)}
    const result = await this.withWorkspace(flags, (workspace, {signal}) => showTable(workspace, request, signal))
    return this.report(result, {text: tableReport})
  }
}
