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
    'Makes a new version with fewer files and the same rows, which a digest proves before anything is committed. Older versions keep their files until a vacuum. Where the contract has hippoClusterBy, or with --cluster-by, all rows are sorted.'
  static override examples = [
    '<%= config.bin %> table optimize silver.observation --dry-run',
    '<%= config.bin %> table optimize silver.observation --target-size 256',
    '<%= config.bin %> table optimize silver.observation --cluster-by code,effective_at',
  ]
  static override args = lakeTableArgument
  static override flags = {
    ...placeFlags,
    ...runFlags,
    'cluster-by': Flags.string({helpValue: 'COLUMNS', summary: 'Sort all rows by these columns (a,b), so that a search reads few files'}),
    'target-size': Flags.integer({helpValue: 'MB', min: 1, max: 4096, default: 128, summary: 'How large a file should be'}),
  }

  async run(): Promise<OptimizeResult> {
    const {args, flags} = await this.parse(TableOptimize)
    const clusterBy = flags['cluster-by']?.split(',').map((name) => name.trim())
    const size = {targetSizeBytes: flags['target-size'] * megabyte, ...(clusterBy === undefined ? {} : {clusterBy})}
    const request = {table: args.table, ...size, ...runOptions(flags)}
    const result = await this.withWorkspace(flags, (workspace, context) => optimizeTable(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, parts: [result], text: optimizeReport})
  }
}
