import {documentContracts} from '../../core/index.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Args} from '../shell/oclif.ts'

type DocsResult = Awaited<ReturnType<typeof documentContracts>>

export default class ContractDocs extends HippoCommand {
  static override summary = 'Write a contract as a page for people'
  static override description =
    'Markdown: what the dataset is, its columns, every rule in words and what happens otherwise, with its examples.'
  static override examples = ['<%= config.bin %> contract docs silver.patient > patient.md', '<%= config.bin %> contract docs --json']
  static override args = {dataset: Args.string({description: 'Dataset or model, or file of a contract; all when left out'})}
  static override flags = {...placeFlags}

  async run(): Promise<DocsResult> {
    const {args, flags} = await this.parse(ContractDocs)
    const result = await this.withWorkspace(flags, (workspace) => documentContracts(workspace, args.dataset))
    return this.report(result, {text: ({items}) => items.map(({text}) => text.trimEnd()).join('\n\n')})
  }
}
