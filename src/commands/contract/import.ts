import {type ContractText, exchangeFormats, importContract} from '../../core/index.ts'
import {HippoCommand} from '../hippo-command.ts'
import {Args, Flags} from '../shell/oclif.ts'
import {printLine} from '../shell/print.ts'

export default class ContractImport extends HippoCommand {
  static override summary = 'Draft a contract from a file of another tool'
  static override description =
    'Prints the draft; what could not be taken over stands in it as comments, is listed on standard error, and in the JSON. Nothing is written.'
  static override examples = [
    '<%= config.bin %> contract import lab/results.sql --from sql',
    '<%= config.bin %> contract import lab/results.sql --from sql --table results --json',
  ]
  static override args = {file: Args.string({description: 'File of the other tool', required: true})}
  static override flags = {
    from: Flags.string({
      helpValue: 'FORMAT',
      required: true,
      options: [...exchangeFormats],
      summary: 'json-schema, sql, dbt, great-expectations, soda, fhir, dqd and omop (field-level CSV of OHDSI) or odcs',
    }),
    table: Flags.string({helpValue: 'NAME', summary: 'The table to take, where the file has several'}),
  }

  async run(): Promise<ContractText> {
    const {args, flags} = await this.parse(ContractImport)
    const {from, table} = flags
    const result = await importContract({file: args.file, from, ...(table === undefined ? {} : {table})})
    if (!this.jsonEnabled() && !flags.quiet) for (const note of result.notes) printLine(process.stderr, `note: not taken over: ${note}`)
    return this.report(result, {text: ({text}) => text.trimEnd()})
  }
}
