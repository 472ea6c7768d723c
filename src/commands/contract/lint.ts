import {lintContracts} from '../../core/index.ts'
import {problemsReport} from '../../ui/report/problems.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'

type LintResult = Awaited<ReturnType<typeof lintContracts>>

export default class ContractLint extends HippoCommand {
  static override summary = 'Check contracts before they are used'
  static override description = 'Every problem with its file, line and column; and what a contract says that hippo does not check.'
  static override usage = 'contract lint [FILE…]'
  static override examples = ['<%= config.bin %> contract lint', '<%= config.bin %> contract lint contracts/patient.odcs.yaml --json']
  static override strict = false
  static override flags = {...placeFlags}

  async run(): Promise<LintResult> {
    const {argv, flags} = await this.parse(ContractLint)
    const result = await this.withWorkspace(flags, (workspace) => lintContracts(workspace, argv.map(String)))
    const exitCode = result.errors.length > 0 ? 2 : 0
    return this.report(result, {exitCode, text: flags.quiet && exitCode === 0 ? undefined : problemsReport})
  }
}
