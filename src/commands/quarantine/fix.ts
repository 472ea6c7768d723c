import {fixQuarantine, type ReviewResult} from '../../core/index.ts'
import {reviewReport} from '../../ui/report/review.ts'
import {HippoCommand} from '../hippo-command.ts'
import {confirm} from '../shell/confirm.ts'
import {runOptions} from '../shell/flags.ts'
import {Args, Flags} from '../shell/oclif.ts'
import {decisionFlags, reviewArguments} from '../shell/review-flags.ts'

export default class QuarantineFix extends HippoCommand {
  static override summary = 'Correct rejected rows by CSV and judge them again'
  static override description =
    'Takes the file that quarantine export wrote, with some of its cells changed. What was received stays as it is; the new values are kept beside it with who gave them. Rows that pass go to silver, once.'
  static override examples = [
    '<%= config.bin %> quarantine fix observation corrected.csv --dry-run',
    '<%= config.bin %> quarantine fix observation corrected.csv --reason "units as on the lab sheet" --yes',
  ]
  static override args = {...reviewArguments, file: Args.string({description: 'CSV with corrected cells', required: true})}
  static override flags = {
    ...decisionFlags,
    reason: Flags.string({helpValue: 'TEXT', summary: 'Why; kept with the rows and in the audit log; name nobody'}),
  }

  async run(): Promise<ReviewResult> {
    const {args, flags} = await this.parse(QuarantineFix)
    const ask = {yes: flags.yes, noInput: flags['no-input'], session: this.session}
    if (!flags['dry-run']) await confirm(`Correct rows of ${args.dataset} by ${args.file}?`, ask)
    const {reason} = flags
    const request = {dataset: args.dataset, file: args.file, ...runOptions(flags), ...(reason === undefined ? {} : {reason})}
    const result = await this.withWorkspace(flags, (workspace, context) => fixQuarantine(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, parts: [result], text: reviewReport})
  }
}
