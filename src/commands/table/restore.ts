import {type RestoreResult, restoreTable} from '../../core/index.ts'
import {restoreReport} from '../../ui/report/table-maintenance.ts'
import {HippoCommand} from '../hippo-command.ts'
import {confirm} from '../shell/confirm.ts'
import {placeFlags, runFlags, runOptions} from '../shell/flags.ts'
import {Flags} from '../shell/oclif.ts'
import {lakeTableArgument, timeTravelFlags, timeTravelOf} from '../shell/table-arguments.ts'

export default class TableRestore extends HippoCommand {
  static override summary = 'Make an earlier version of a table the newest one'
  static override description =
    'A new commit with the rows and columns of the earlier version; nothing in between is lost. Batches promoted since stay promoted: promote silver --full takes all of them over again.'
  static override examples = [
    '<%= config.bin %> table restore silver.observation --version 0 --dry-run',
    '<%= config.bin %> table restore silver.patient --version 1 --yes',
  ]
  static override args = lakeTableArgument
  static override flags = {
    ...placeFlags,
    ...runFlags,
    ...timeTravelFlags,
    yes: Flags.boolean({char: 'y', summary: 'Do not ask'}),
  }

  async run(): Promise<RestoreResult> {
    const {args, flags} = await this.parse(TableRestore)
    const request = {table: args.table, ...timeTravelOf(flags), ...runOptions(flags)}
    if (!flags['dry-run']) await confirm(`Restore ${args.table}?`, {yes: flags.yes, noInput: flags['no-input'], session: this.session})
    const result = await this.withWorkspace(flags, (workspace, context) => restoreTable(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, parts: [result], text: restoreReport})
  }
}
