import {type ReviewResult, reviewQuarantine} from '../../core/index.ts'
import {reviewReport} from '../../ui/report/review.ts'
import {HippoCommand} from '../hippo-command.ts'
import {confirm} from '../shell/confirm.ts'
import {parseInstant} from '../shell/instant.ts'
import {Flags} from '../shell/oclif.ts'
import {choiceFlags, reviewArguments, reviewRequest} from '../shell/review-flags.ts'

export default class QuarantineWaive extends HippoCommand {
  static override summary = 'Let rejected rows in although they break a check, until a day'
  static override description =
    'Rows that break nothing but the named checks go to silver and count as waived. The first promotion after the end takes those out again that still break one. Values that cannot be read, and missing keys, cannot be waived.'
  static override examples = [
    '<%= config.bin %> quarantine waive observation --check issued_not_before_effective --until 2036-01-01 --reason "clock of the analyser, under review" --dry-run',
    '<%= config.bin %> quarantine waive observation --check issued_not_before_effective --until 2036-01-01 --reason "clock of the analyser, under review" --yes',
  ]
  static override args = reviewArguments
  static override flags = {
    ...choiceFlags,
    until: Flags.string({helpValue: 'TIME', required: true, summary: 'When it ends: a date (midnight UTC) or a time with its offset'}),
  }

  async run(): Promise<ReviewResult> {
    const {args, flags} = await this.parse(QuarantineWaive)
    const ask = {yes: flags.yes, noInput: flags['no-input'], session: this.session}
    if (!flags['dry-run']) await confirm(`Let rejected rows of ${args.dataset} in?`, ask)
    const until = parseInstant(flags.until, 'until')
    const request = {action: 'waive', ...reviewRequest(args.dataset, flags), until} as const
    const result = await this.withWorkspace(flags, (workspace, context) => reviewQuarantine(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, parts: [result], text: reviewReport})
  }
}
