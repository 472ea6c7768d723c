import {type ContractDiff, diffContract} from '../../core/index.ts'
import {contractDiffReport} from '../../ui/report/contract-diff.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Args, Flags} from '../shell/oclif.ts'

interface DiffResult {
  readonly items: readonly ContractDiff[]
}

export default class ContractDiffCommand extends HippoCommand {
  static override summary = 'Show what a contract changes, and for whom'
  static override description =
    'Holds contracts against those their tables were last committed under, against a version that a run used, or a file against a file. Each change says whom it breaks: readers of the table or writers of files. Rows of silver are judged by the newer contract. Exits 2 when the version does not say how much changed.'
  static override examples = [
    '<%= config.bin %> contract diff',
    '<%= config.bin %> contract diff patient --no-data',
    '<%= config.bin %> contract diff silver.patient 1.0.0',
    '<%= config.bin %> contract diff contracts/patient.odcs.yaml drafts/patient.odcs.yaml --json',
  ]
  static override args = {
    of: Args.string({
      description: 'Dataset (silver.NAME or gold.NAME where both layers have it), or file of a contract; all contracts when left out',
    }),
    other: Args.string({description: 'Newer file, or earlier version, to hold it against'}),
  }
  static override flags = {
    ...placeFlags,
    'no-data': Flags.boolean({summary: 'Leave the rows of silver out: say nothing of how many would fail'}),
  }

  async run(): Promise<DiffResult> {
    const {args, flags} = await this.parse(ContractDiffCommand)
    const {of, other} = args
    const request = {data: !flags['no-data'], ...(of === undefined ? {} : {of}), ...(other === undefined ? {} : {other})}
    const result = await this.withWorkspace(flags, (workspace, {signal}) => diffContract(workspace, {...request, signal}))
    const exitCode = result.items.some(({fits}) => fits === false) ? 2 : 0
    return this.report(result, {
      exitCode,
      text: flags.quiet && exitCode === 0 ? undefined : ({items}, paper) => contractDiffReport(items, paper),
    })
  }
}
