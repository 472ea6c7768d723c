import {type RuleTest, testRules} from '../../core/index.ts'
import {ruleTestReport} from '../../ui/report/rule-test.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Args, Flags} from '../shell/oclif.ts'

export default class RuleTestCommand extends HippoCommand {
  static override summary = 'Hold rules to their examples, and see which damage none of them notices'
  static override description =
    'Of a dataset the examples of its contract; with --mutate, clean rows of the newest delivery are damaged in twenty ways, and what no rule notices is listed. Without a dataset every kind of rule runs its examples. Exits 2 when an example fails.'
  static override examples = [
    '<%= config.bin %> rule test',
    '<%= config.bin %> rule test observation --mutate',
    '<%= config.bin %> rule test patient --json',
  ]
  static override args = {dataset: Args.string({description: 'Dataset of silver'})}
  static override flags = {
    ...placeFlags,
    mutate: Flags.boolean({summary: 'Damage clean rows and list what no rule notices; needs a dataset'}),
  }

  async run(): Promise<RuleTest> {
    const {args, flags} = await this.parse(RuleTestCommand)
    const {dataset} = args
    const request = {mutate: flags.mutate, ...(dataset === undefined ? {} : {dataset})}
    const result = await this.withWorkspace(flags, (workspace, {signal}) => testRules(workspace, {...request, signal}))
    const hasFailed = result.kinds.some(({failed}) => failed.length > 0) || result.contracts.some(({failures}) => failures.length > 0)
    return this.report(result, {exitCode: hasFailed ? 2 : 0, text: ruleTestReport})
  }
}
