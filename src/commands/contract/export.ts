import {type ContractText, exchangeFormats, exportContract} from '../../core/index.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Args, Flags} from '../shell/oclif.ts'
import {printLine} from '../shell/print.ts'

export default class ContractExport extends HippoCommand {
  static override summary = 'Write a contract in the format of another tool'
  static override description =
    'The text goes to standard output; what the format cannot hold is listed on standard error, and in the JSON.'
  static override examples = [
    '<%= config.bin %> contract export silver.patient --to json-schema',
    '<%= config.bin %> contract export gold.patient --to dbt > patient.yml',
    '<%= config.bin %> contract export silver.patient --to sql --json',
  ]
  static override args = {
    dataset: Args.string({description: 'Dataset or model (silver.NAME or gold.NAME), or file of a contract', required: true}),
  }
  static override flags = {
    ...placeFlags,
    to: Flags.string({
      helpValue: 'FORMAT',
      required: true,
      options: exchangeFormats.filter((name) => name !== 'omop' && name !== 'dqd'),
      summary: 'json-schema, sql, dbt, great-expectations, soda, fhir or odcs',
    }),
  }

  async run(): Promise<ContractText> {
    const {args, flags} = await this.parse(ContractExport)
    const result = await this.withWorkspace(flags, (workspace) => exportContract(workspace, {of: args.dataset, to: flags.to}))
    if (!this.jsonEnabled() && !flags.quiet) for (const note of result.notes) printLine(process.stderr, `note: ${note}`)
    return this.report(result, {text: ({text}) => text.trimEnd()})
  }
}
