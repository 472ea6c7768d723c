import {type ExportResult, exportQuarantine} from '../../core/index.ts'
import {exportReport} from '../../ui/report/review.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Flags} from '../shell/oclif.ts'
import {reviewArguments} from '../shell/review-flags.ts'

export default class QuarantineExport extends HippoCommand {
  static override summary = 'Write rejected rows to a CSV, to correct and give to quarantine fix'
  static override description =
    'The file is readable by you alone (mode 0600) and is never written over another. Protected values are masked; with --unmasked they are not, which stands in the audit log.'
  static override examples = [
    '<%= config.bin %> quarantine export observation --out corrected.csv',
    '<%= config.bin %> quarantine export observation --check value_number.type --out open.csv --unmasked',
  ]
  static override args = reviewArguments
  static override flags = {
    ...placeFlags,
    out: Flags.string({helpValue: 'FILE', required: true, summary: 'Where to write it'}),
    check: Flags.string({helpValue: 'CHECK', summary: 'Only rows that broke this check'}),
    unmasked: Flags.boolean({summary: 'Write protected values as they are; audited'}),
  }

  async run(): Promise<ExportResult> {
    const {args, flags} = await this.parse(QuarantineExport)
    const {out: file, check, unmasked} = flags
    const request = {dataset: args.dataset, file, unmasked, ...(check === undefined ? {} : {check})}
    const result = await this.withWorkspace(flags, (workspace, {signal}) => exportQuarantine(workspace, {...request, signal}))
    return this.reportRun(result, {flags, text: exportReport})
  }
}
