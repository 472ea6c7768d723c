import {type ReviewResult, reviewQuarantine} from '../../core/index.ts'
import {reviewReport} from '../../ui/report/review.ts'
import {HippoCommand} from '../hippo-command.ts'
import {confirm} from '../shell/confirm.ts'
import {choiceFlags, reviewArguments, reviewRequest} from '../shell/review-flags.ts'

export default class QuarantineReplay extends HippoCommand {
  static override summary = "Judge rejected rows again under today's contract"
  static override description =
    'Rows that pass go to silver, once, under the file and record they came from; the others stay open with today’s reasons. A row whose key a later delivery brought is closed.'
  static override examples = [
    '<%= config.bin %> quarantine replay observation --dry-run',
    '<%= config.bin %> quarantine replay observation --check value_number.type --yes',
  ]
  static override args = reviewArguments
  static override flags = choiceFlags

  async run(): Promise<ReviewResult> {
    const {args, flags} = await this.parse(QuarantineReplay)
    const ask = {yes: flags.yes, noInput: flags['no-input'], session: this.session}
    if (!flags['dry-run']) await confirm(`Judge rejected rows of ${args.dataset} again?`, ask)
    const request = {action: 'replay', ...reviewRequest(args.dataset, flags)} as const
    const result = await this.withWorkspace(flags, (workspace, context) => reviewQuarantine(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, parts: [result], text: reviewReport})
  }
}
