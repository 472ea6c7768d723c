import {approveWaiver, type ReviewResult} from '../../core/index.ts'
import {reviewReport} from '../../ui/report/review.ts'
import {HippoCommand} from '../hippo-command.ts'
import {confirm} from '../shell/confirm.ts'
import {runOptions} from '../shell/flags.ts'
import {Args} from '../shell/oclif.ts'
import {decisionFlags} from '../shell/review-flags.ts'

export default class QuarantineApprove extends HippoCommand {
  static override summary = 'Approve a waiver that somebody else asked for'
  static override description =
    'Where hippo.yaml says approval: {waive: 2}, a waiver happens when a second person approves it, by its number or by the same command. It is refused when other rows wait by then.'
  static override examples = ['<%= config.bin %> quarantine approve 3 --dry-run', '<%= config.bin %> quarantine approve 3 --yes']
  static override args = {decision: Args.integer({description: 'Number of the decision', required: true, min: 1})}
  static override flags = decisionFlags

  async run(): Promise<ReviewResult> {
    const {args, flags} = await this.parse(QuarantineApprove)
    const ask = {yes: flags.yes, noInput: flags['no-input'], session: this.session}
    if (!flags['dry-run']) await confirm(`Approve decision ${args.decision}?`, ask)
    const result = await this.withWorkspace(flags, (workspace, context) =>
      approveWaiver(workspace, args.decision, {...runOptions(flags), ...context}),
    )
    return this.reportRun(result, {flags, parts: [result], text: reviewReport})
  }
}
