import {writeFile} from 'node:fs/promises'
import {type DriftReport, findDrift, HippoError} from '../../core/index.ts'
import {contractDriftReport} from '../../ui/report/contract-drift.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Args, Flags} from '../shell/oclif.ts'

export default class ContractDrift extends HippoCommand {
  static override summary = 'Show how the newest delivery has drifted from its contract, with a patch'
  static override description =
    'Columns that came, went or seem to be renamed, values that can be read no more, new categories, other units, another volume. --output writes the contract as it could be, comments kept and the version raised; the contract itself is changed by people.'
  static override examples = [
    '<%= config.bin %> contract drift patient',
    '<%= config.bin %> contract drift patient --only sex --output drafts/patient.drift.yaml',
    '<%= config.bin %> contract drift observation --json',
  ]
  static override args = {dataset: Args.string({description: 'Dataset of silver', required: true})}
  static override flags = {
    ...placeFlags,
    only: Flags.string({helpValue: 'COLUMN', multiple: true, default: [], summary: 'Patch for this column only (may be repeated)'}),
    output: Flags.string({helpValue: 'FILE', summary: 'Write the patched contract to this file, which must not be there yet'}),
  }

  async run(): Promise<DriftReport> {
    const {args, flags} = await this.parse(ContractDrift)
    const {only, output} = flags
    const result = await this.withWorkspace(flags, (workspace, {signal}) => findDrift(workspace, {dataset: args.dataset, only, signal}))
    if (output !== undefined && result.patch !== undefined) await this.#write(output, result.patch.text)
    return this.report(result, {text: contractDriftReport})
  }

  async #write(file: string, text: string): Promise<void> {
    await writeFile(file, text, {flag: 'wx'}).catch((cause: unknown) => {
      throw new HippoError('CONFIG_EXISTS', {message: `${file} cannot be written, or is there already`, cause})
    })
  }
}
