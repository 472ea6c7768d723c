import {type TraceResult, trace} from '../core/index.ts'
import {traceReport} from '../ui/report/trace.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags} from './shell/flags.ts'
import {Args, Flags} from './shell/oclif.ts'
import {readSecretArgument} from './shell/secret-argument.ts'

export default class Trace extends HippoCommand {
  static override summary = 'Trace a row, or one value of it, back to the received record'
  static override description =
    'From silver, and from quarantine where rejected rows have the key, to file, line and checksum: what captured the record, whether bronze still holds it, which commits it is in, and the steps and rules on its way. Protected columns are masked. A key of several columns is their values joined by commas, or a JSON list; so is a key with line breaks or outer spaces. Others see arguments of running programs: give - and send the key on standard input.'
  static override examples = [
    '<%= config.bin %> trace patient P0000012',
    '<%= config.bin %> trace silver.observation O0000001-001-1.value_number',
    '<%= config.bin %> trace quarantine.observation - --json',
  ]
  static override args = {
    dataset: Args.string({description: 'Dataset; silver.NAME or quarantine.NAME for one table alone', required: true}),
    key: Args.string({description: 'KEY or KEY.COLUMN, or - to read it from standard input', required: true}),
  }
  static override flags = {
    ...placeFlags,
    column: Flags.string({helpValue: 'NAME', summary: 'Only this column; KEY is then taken as it is, dots and all'}),
  }

  async run(): Promise<TraceResult> {
    const {args, flags} = await this.parse(Trace)
    const column = flags.column === undefined ? {} : {column: flags.column}
    const key = await readSecretArgument(args.key, {what: 'key', example: 'hippo trace DATASET - < FILE'})
    const request = {dataset: args.dataset, key, ...column}
    const result = await this.withWorkspace(flags, (workspace, {signal}) => trace(workspace, {...request, ...(signal ? {signal} : {})}))
    return this.report(result, {text: traceReport})
  }
}
