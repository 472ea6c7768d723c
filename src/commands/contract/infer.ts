import {type ContractDraft, draftContract, HippoError, nameDataset} from '../../core/index.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Flags} from '../shell/oclif.ts'

export default class ContractInfer extends HippoCommand {
  static override summary = 'Draft a contract from delivered files'
  static override description =
    'Prints a draft to read and correct: types and required columns as all rows prove them, everything else as warnings or remarks. Several files are drafted as deliveries of one dataset. No workspace is needed.'
  static override usage = 'contract infer FILE… [--dataset NAME]'
  static override examples = [
    '<%= config.bin %> contract infer lab/results.csv',
    '<%= config.bin %> contract infer lab/results.csv --dataset result > contracts/result.odcs.yaml',
  ]
  static override strict = false
  static override flags = {
    ...placeFlags,
    dataset: Flags.string({helpValue: 'NAME', summary: 'Name of the dataset (default: from the name of the first file)'}),
  }

  async run(): Promise<ContractDraft> {
    const {argv, flags} = await this.parse(ContractInfer)
    const files = argv.map(String)
    const [first] = files
    if (first === undefined)
      throw new HippoError('CONFIG_USAGE', {message: 'name a file to draft from', hint: 'hippo contract infer FILE…'})
    const dataset = flags.dataset ?? nameDataset(first.replace(/^.*[\\/]/, '')).dataset
    const draft = await this.withWorkspaceOrNone(flags, (workspace, context) => draftContract(workspace, {dataset, files, ...context}))
    return this.report(draft, {text: ({text}) => text.trimEnd()})
  }
}
