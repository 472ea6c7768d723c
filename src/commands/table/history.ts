import {tableHistory} from '../../core/index.ts'
import {tableHistoryReport} from '../../ui/report/table-history.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Args} from '../shell/oclif.ts'
import {timeTravelFlags, timeTravelOf} from '../shell/table-arguments.ts'

interface HistoryResult {
  readonly items: Awaited<ReturnType<typeof tableHistory>>
}

export default class TableHistory extends HippoCommand {
  static override summary = 'Show the versions of a table'
  static override description = 'Newest first: when each was committed, by which run, how many rows, under which contract.'
  static override examples = [
    '<%= config.bin %> table history silver.patient',
    '<%= config.bin %> table history quarantine.observation --version 0',
    '<%= config.bin %> table history silver.patient --json',
  ]
  static override args = {
    dataset: Args.string({description: 'Dataset or model; silver.NAME or gold.NAME when both have it, quarantine.NAME', required: true}),
  }
  static override flags = {...placeFlags, ...timeTravelFlags}

  async run(): Promise<HistoryResult> {
    const {args, flags} = await this.parse(TableHistory)
    const items = await this.withWorkspace(flags, (workspace) => tableHistory(workspace, args.dataset, timeTravelOf(flags)))
    return this.report({items}, {text: (result, paper) => tableHistoryReport(args.dataset, result.items, paper)})
  }
}
