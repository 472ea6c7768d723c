import {HippoError} from '../../core/index.ts'
import {quarantineClustersReport, quarantineReport} from '../../ui/report/quarantine.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Args, Flags} from '../shell/oclif.ts'
import {timeTravelFlags, timeTravelOf} from '../shell/table-arguments.ts'
import {withReader} from '../shell/with-reader.ts'

export default class QuarantineList extends HippoCommand {
  static override summary = 'Show how many rows wait in quarantine, and why'
  static override description =
    'Reasons are ranked by rows. A row with several reasons counts under each; with --combined, under its combination alone, with who looks after the rows.'
  static override examples = [
    '<%= config.bin %> quarantine list',
    '<%= config.bin %> quarantine list observation --combined',
    '<%= config.bin %> quarantine list observation --version 0',
  ]
  static override args = {dataset: Args.string({description: 'Only this dataset'})}
  static override flags = {
    ...placeFlags,
    ...timeTravelFlags,
    combined: Flags.boolean({exclusive: ['version', 'as-of'], summary: 'By combination of reasons; of one dataset, as it is now'}),
  }

  async run() {
    const {args, flags} = await this.parse(QuarantineList)
    if (flags.combined) {
      const dataset = args.dataset ?? refuseAll()
      const items = await this.withWorkspace(flags, (workspace) => withReader(workspace, (reader) => reader.quarantineClusters(dataset)))
      return this.report({items}, {text: (result, paper) => quarantineClustersReport(result.items, paper)})
    }
    const filter = {...(args.dataset === undefined ? {} : {dataset: args.dataset}), ...timeTravelOf(flags)}
    const items = await this.withWorkspace(flags, (workspace) => withReader(workspace, (reader) => reader.quarantineReasons(filter)))
    return this.report({items}, {text: (result, paper) => quarantineReport(result.items, paper)})
  }
}

function refuseAll(): never {
  throw new HippoError('CONFIG_USAGE', {message: '--combined is of one dataset', hint: 'hippo quarantine list DATASET --combined'})
}
