import {type ContractVersion, contractHistory} from '../../core/index.ts'
import {contractHistoryReport} from '../../ui/report/contract-history.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Args} from '../shell/oclif.ts'

interface HistoryResult {
  readonly items: readonly ContractVersion[]
}

export default class ContractHistory extends HippoCommand {
  static override summary = 'Show the versions of a contract'
  static override description =
    'Newest first: every version that a run used, what changed with it, and the versions of the table that were made under it.'
  static override examples = [
    '<%= config.bin %> contract history silver.patient',
    '<%= config.bin %> contract history admissions_daily --json',
  ]
  static override args = {
    dataset: Args.string({description: 'Dataset or model; silver.NAME or gold.NAME when both have it', required: true}),
  }
  static override flags = {...placeFlags}

  async run(): Promise<HistoryResult> {
    const {args, flags} = await this.parse(ContractHistory)
    const result = await this.withWorkspace(flags, (workspace) => contractHistory(workspace, args.dataset))
    return this.report(result, {text: ({items}, paper) => contractHistoryReport(args.dataset, items, paper)})
  }
}
