import {type PromotionResult, promoteSilver} from '../../core/index.ts'
import {promotionReport} from '../../ui/report/promotion.ts'
import {HippoCommand} from '../hippo-command.ts'
import {confirm} from '../shell/confirm.ts'
import {intervalFlags, placeFlags, runFlags, runOptions} from '../shell/flags.ts'
import {intervalOf} from '../shell/instant.ts'
import {Flags} from '../shell/oclif.ts'

export default class PromoteSilver extends HippoCommand {
  static override summary = 'Conform bronze batches to their contracts'
  static override description =
    'Good rows go to silver, the others to quarantine with every reason. A dataset that fails its gate stays as it was (exit 3).'
  static override usage = 'promote silver [DATASET…]'
  static override examples = [
    '<%= config.bin %> promote silver',
    '<%= config.bin %> promote silver observation --dry-run',
    '<%= config.bin %> promote silver observation --full --dry-run',
    '<%= config.bin %> promote silver observation --skip-batch 7 --reason "sent again as batch 8" --yes',
  ]
  static override strict = false
  static override flags = {
    ...placeFlags,
    ...runFlags,
    ...intervalFlags,
    'skip-batch': Flags.integer({
      helpValue: 'NUMBER',
      min: 1,
      dependsOn: ['reason'],
      summary: 'Leave a gated batch of the named datasets out for good',
    }),
    reason: Flags.string({helpValue: 'TEXT', dependsOn: ['skip-batch'], summary: 'Why; kept in the audit log'}),
    full: Flags.boolean({summary: "Rebuild silver and quarantine of the datasets from bronze under today's contracts"}),
    yes: Flags.boolean({char: 'y', dependsOn: ['skip-batch'], summary: 'Do not ask'}),
  }

  async run(): Promise<PromotionResult> {
    const {argv, flags} = await this.parse(PromoteSilver)
    const {'skip-batch': skipBatch, reason, full} = flags
    const datasets = argv.map(String)
    if (skipBatch !== undefined && !flags['dry-run']) {
      const ask = {yes: flags.yes, noInput: flags['no-input'], session: this.session}
      await confirm(`Leave batch ${skipBatch} of ${datasets.join(', ') || 'no dataset'} out for good?`, ask)
    }
    const skip = {...(skipBatch === undefined ? {} : {skipBatch}), ...(reason === undefined ? {} : {reason})}
    const request = {datasets, full, ...skip, ...intervalOf(flags), ...runOptions(flags)}
    const result = await this.withWorkspace(flags, (workspace, context) => promoteSilver(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, parts: result.datasets, text: promotionReport})
  }
}
