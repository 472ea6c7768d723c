import {type ContractTest, testContract} from '../../core/index.ts'
import {contractTestReport} from '../../ui/report/contract-test.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Args} from '../shell/oclif.ts'

interface TestResult {
  readonly items: readonly ContractTest[]
}

export default class ContractTestCommand extends HippoCommand {
  static override summary = 'Hold contracts to their own examples'
  static override description =
    'Judges the rows under hippoExamples through steps, types and rules, without the lake, and lists the checks that no example breaks. Exits 2 when one ends otherwise than it says.'
  static override examples = ['<%= config.bin %> contract test', '<%= config.bin %> contract test contracts/patient.odcs.yaml --json']
  static override args = {of: Args.string({description: 'Dataset, or file of a contract; all of silver when left out'})}
  static override flags = {...placeFlags}

  async run(): Promise<TestResult> {
    const {args, flags} = await this.parse(ContractTestCommand)
    const {of} = args
    const result = await this.withWorkspace(flags, (workspace, {signal}) =>
      testContract(workspace, {signal, ...(of === undefined ? {} : {of})}),
    )
    const exitCode = result.items.some(({failures}) => failures.length > 0) ? 2 : 0
    return this.report(result, {
      exitCode,
      text: flags.quiet && exitCode === 0 ? undefined : ({items}, paper) => contractTestReport(items, paper),
    })
  }
}
