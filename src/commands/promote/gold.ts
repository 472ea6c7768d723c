import {type GoldResult, promoteGold} from '../../core/index.ts'
import {goldReport} from '../../ui/report/gold.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags, runFlags, runOptions} from '../shell/flags.ts'

export default class PromoteGold extends HippoCommand {
  static override summary = 'Build and audit the models of gold'
  static override description = 'Models are built into versions of their own; what readers see changes only with publish.'
  static override usage = 'promote gold [MODEL…]'
  static override examples = ['<%= config.bin %> promote gold', '<%= config.bin %> promote gold admissions_daily']
  static override strict = false
  static override flags = {...placeFlags, ...runFlags}

  async run(): Promise<GoldResult> {
    const {argv, flags} = await this.parse(PromoteGold)
    const request = {models: argv.map(String), ...runOptions(flags)}
    const result = await this.withWorkspace(flags, (workspace, context) => promoteGold(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, parts: result.models, text: goldReport})
  }
}
