import {legalHolds} from '../../core/index.ts'
import {holdsReport} from '../../ui/report/holds.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'

export default class HoldList extends HippoCommand {
  static override summary = 'List legal holds on persons: who placed them, when and why'
  static override description = 'Of whom they are is not said.'
  static override examples = ['<%= config.bin %> hold list']
  static override flags = placeFlags

  async run() {
    const {flags} = await this.parse(HoldList)
    const items = await this.withWorkspace(flags, (workspace) => legalHolds(workspace))
    return this.report({items}, {text: (result, paper) => holdsReport(result.items, paper)})
  }
}
