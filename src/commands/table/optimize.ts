import {type OptimizeResult, optimizeTable} from '../../core/index.ts'
import {optimizeReport} from '../../ui/report/table-maintenance.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags, runFlags, runOptions} from '../shell/flags.ts'
import {Flags} from '../shell/oclif.ts'
import {lakeTableArgument} from '../shell/table-arguments.ts'

const megabyte = 1_000_000

export default class TableOptimize extends HippoCommand {
  static override summary = 'Write the small files of a table together'
  static override description =
    'Makes a new version with fewer files and the same rows, which a digest proves before anything is committed. Older versions keep their files until a vacuum.'
  static override examples = [
    '<%= config.bin %> table optimize silver.observation --dry-run',
    '<%= config.bin %> table optimize silver.observation --target-size 256',
  ]
  static override args = lakeTableArgument
  static override flags = {
    ...placeFlags,
    ...runFlags,
    'target-size': Flags.integer({helpValue: 'MB', min: 1, max: 4096, default: 128, summary: 'How large a file should be'}),
  }

  async run(): Promise<OptimizeResult> {
    const {args, flags} = await this.parse(TableOptimize)
    const request = {table: args.table, targetSizeBytes: flags['target-size'] * megabyte, ...runOptions(flags)}
    const result = await this.withWorkspace(flags, (workspace, context) => optimizeTable(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, parts: [result], text: optimizeReport})
  }
}
