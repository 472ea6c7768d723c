import {lineageOf} from '../core/index.ts'
import {lineageReport} from '../ui/report/lineage.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags} from './shell/flags.ts'
import {Args} from './shell/oclif.ts'
import {timeTravelFlags, timeTravelOf} from './shell/table-arguments.ts'

type LineageResult = Awaited<ReturnType<typeof lineageOf>>

export default class Lineage extends HippoCommand {
  static override summary = 'Show what a dataset was made from and what uses it'
  static override description =
    'From the newest version of the dataset, or an earlier one: upstream to the received files, downstream to gold.'
  static override examples = ['<%= config.bin %> lineage gold.encounter', '<%= config.bin %> lineage gold.encounter --json']
  static override args = {
    dataset: Args.string({description: 'Dataset or model; silver.NAME or gold.NAME when both have it', required: true}),
  }
  static override flags = {...placeFlags, ...timeTravelFlags}

  async run(): Promise<LineageResult> {
    const {args, flags} = await this.parse(Lineage)
    const result = await this.withWorkspace(flags, (workspace) => lineageOf(workspace, args.dataset, timeTravelOf(flags)))
    return this.report(result, {text: lineageReport})
  }
}
