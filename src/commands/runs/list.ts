import {runsReport} from '../../ui/report/runs.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Flags} from '../shell/oclif.ts'
import {withReader} from '../shell/with-reader.ts'

export default class RunsList extends HippoCommand {
  static override summary = 'Show what ran, newest first'
  static override description = 'A run is named by its id or any beginning of it that is unique.'
  static override examples = ['<%= config.bin %> runs list', '<%= config.bin %> runs list --limit 5 --json']
  static override flags = {...placeFlags, limit: Flags.integer({helpValue: 'N', min: 1, max: 1000, default: 20, summary: 'How many'})}

  async run() {
    const {flags} = await this.parse(RunsList)
    const items = await this.withWorkspace(flags, (workspace) => withReader(workspace, (reader) => reader.runs({limit: flags.limit})))
    return this.report({items}, {text: (result, paper) => runsReport(result.items, paper)})
  }
}
