import {withTypedValues} from '../../core/index.ts'
import {quarantineRowsReport} from '../../ui/report/quarantine.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Args, Flags} from '../shell/oclif.ts'
import {timeTravelFlags, timeTravelOf} from '../shell/table-arguments.ts'
import {withReader} from '../shell/with-reader.ts'

export default class QuarantineShow extends HippoCommand {
  static override summary = 'Show rejected rows with every reason'
  static override description = 'Each row with the file and line it came from. Protected columns are masked.'
  static override examples = [
    '<%= config.bin %> quarantine show observation',
    '<%= config.bin %> quarantine show observation --reason value_number.type --limit 5',
    '<%= config.bin %> quarantine show observation --state all --typed',
  ]
  static override args = {dataset: Args.string({description: 'Dataset', required: true})}
  static override flags = {
    ...placeFlags,
    ...timeTravelFlags,
    reason: Flags.string({helpValue: 'CHECK', summary: 'Only rows that broke this check'}),
    state: Flags.option({
      options: ['open', 'released', 'waived', 'discarded', 'superseded', 'all'] as const,
      default: 'open',
      summary: 'Rows that wait, or what became of the others',
    })(),
    typed: Flags.boolean({summary: "Show beside each value what today's contract makes of it; reads the received files again"}),
    limit: Flags.integer({helpValue: 'N', min: 1, max: 1000, default: 10, summary: 'How many'}),
  }

  async run() {
    const {args, flags} = await this.parse(QuarantineShow)
    const reason = flags.reason === undefined ? {} : {reason: flags.reason}
    const filter = {dataset: args.dataset, limit: flags.limit, state: flags.state, ...reason, ...timeTravelOf(flags)}
    const result = await this.withWorkspace(flags, (workspace, {signal}) =>
      withReader(workspace, async (reader) => {
        const {rows, ...counts} = await reader.quarantinedRows(filter)
        const items = flags.typed ? await withTypedValues(workspace, args.dataset, rows, signal) : rows
        return {items, ...counts, ...(counts.total === 0 ? {waiting: await reader.waitingFiles(args.dataset)} : {})}
      }),
    )
    return this.report(result, {
      text: ({items, ...counts}, paper) => quarantineRowsReport({dataset: args.dataset, rows: items, state: flags.state, ...counts}, paper),
    })
  }
}
