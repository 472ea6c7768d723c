import {Flags} from '@oclif/core'
import {type PromotionResult, promoteSilver} from '../../core/index.ts'
import {promotionReport} from '../../ui/report/promotion.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags, runFlags, runOptions} from '../shell/flags.ts'

export default class PromoteSilver extends HippoCommand {
  static override summary = 'Conform bronze batches to their contracts'
  static override description =
    'Good rows go to silver, the others to quarantine with every reason. A dataset that fails its gate stays as it was (exit 3).'
  static override usage = 'promote silver [DATASET…]'
  static override examples = ['<%= config.bin %> promote silver', '<%= config.bin %> promote silver observation --dry-run']
  static override strict = false
  static override flags = {
    ...placeFlags,
    ...runFlags,
    'skip-batch': Flags.integer({
      helpValue: 'NUMBER',
      min: 1,
      dependsOn: ['reason'],
      summary: 'Leave a gated batch of the named datasets out for good',
    }),
    reason: Flags.string({helpValue: 'TEXT', dependsOn: ['skip-batch'], summary: 'Why; kept in the audit log'}),
  }

  async run(): Promise<PromotionResult> {
    const {argv, flags} = await this.parse(PromoteSilver)
    const skip =
      flags['skip-batch'] === undefined
        ? {}
        : {skipBatch: flags['skip-batch'], ...(flags.reason === undefined ? {} : {reason: flags.reason})}
    const request = {datasets: argv.map(String), ...skip, ...runOptions(flags)}
    const result = await this.withWorkspace(flags, (workspace, context) => promoteSilver(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, parts: result.datasets, text: promotionReport})
  }
}
