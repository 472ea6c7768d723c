import {type ReviewResult, reviewQuarantine} from '../../core/index.ts'
import {reviewReport} from '../../ui/report/review.ts'
import {HippoCommand} from '../hippo-command.ts'
import {confirm} from '../shell/confirm.ts'
import {choiceFlags, reviewArguments, reviewRequest} from '../shell/review-flags.ts'

export default class QuarantineDiscard extends HippoCommand {
  static override summary = 'Close rejected rows for good, with a reason'
  static override description =
    'The rows stay in quarantine as discarded and wait for nobody any more. A rebuild keeps them out, whatever the contract says by then.'
  static override examples = [
    '<%= config.bin %> quarantine discard observation --check effective_at.type --reason "test devices of 2026-11" --dry-run',
    '<%= config.bin %> quarantine discard observation --check effective_at.type --reason "test devices of 2026-11" --yes',
  ]
  static override args = reviewArguments
  static override flags = choiceFlags

  async run(): Promise<ReviewResult> {
    const {args, flags} = await this.parse(QuarantineDiscard)
    const ask = {yes: flags.yes, noInput: flags['no-input'], session: this.session}
    if (!flags['dry-run']) await confirm(`Close rejected rows of ${args.dataset} for good?`, ask)
    const request = {action: 'discard', ...reviewRequest(args.dataset, flags)} as const
    const result = await this.withWorkspace(flags, (workspace, context) => reviewQuarantine(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, parts: [result], text: reviewReport})
  }
}
