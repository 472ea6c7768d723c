import {quarantineReport} from '../../ui/report/quarantine.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Args} from '../shell/oclif.ts'
import {timeTravelFlags, timeTravelOf} from '../shell/table-arguments.ts'
import {withReader} from '../shell/with-reader.ts'

export default class QuarantineList extends HippoCommand {
  static override summary = 'Show how many rows wait in quarantine, and why'
  static override description = 'Reasons are ranked by rows. A row with several reasons counts under each.'
  static override examples = ['<%= config.bin %> quarantine list', '<%= config.bin %> quarantine list observation --version 0']
  static override args = {dataset: Args.string({description: 'Only this dataset'})}
  static override flags = {...placeFlags, ...timeTravelFlags}

  async run() {
    const {args, flags} = await this.parse(QuarantineList)
    const filter = {...(args.dataset === undefined ? {} : {dataset: args.dataset}), ...timeTravelOf(flags)}
    const items = await this.withWorkspace(flags, (workspace) => withReader(workspace, (reader) => reader.quarantineReasons(filter)))
    return this.report({items}, {text: (result, paper) => quarantineReport(result.items, paper)})
  }
}
