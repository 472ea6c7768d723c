import {HippoError, type RuleTrial, tryRules} from '../../core/index.ts'
import {ruleTrialReport} from '../../ui/report/rule-trial.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Args, Flags} from '../shell/oclif.ts'

export default class RuleTry extends HippoCommand {
  static override summary = 'Try a draft rule on everything that was delivered so far'
  static override description =
    'Rows it would have caught by month, beside what the rules in force catch, how often it would have cried on accepted rows, and a few of the rows (protected values masked). Nothing is written.'
  static override examples = [
    `<%= config.bin %> rule try observation --rule '{column: value_number, rule: range, max: 400}'`,
    '<%= config.bin %> rule try patient --contract drafts/strict.odcs.yaml --by birth_date --json',
  ]
  static override args = {dataset: Args.string({description: 'Dataset', required: true})}
  static override flags = {
    ...placeFlags,
    rule: Flags.string({helpValue: 'YAML', exclusive: ['contract'], summary: 'One rule, as a contract has it, with its column'}),
    contract: Flags.string({helpValue: 'FILE', summary: 'A draft contract: the rules that the one in force does not have'}),
    by: Flags.string({helpValue: 'COLUMN', summary: 'Date of the rows that tells their month (default: the day of their delivery)'}),
    last: Flags.integer({helpValue: 'N', min: 1, summary: 'Only the newest N deliveries'}),
    examples: Flags.integer({helpValue: 'N', min: 0, max: 100, default: 3, summary: 'Rows to show of each rule'}),
  }

  async run(): Promise<RuleTrial> {
    const {args, flags} = await this.parse(RuleTry)
    const {rule, contract, by, last, examples} = flags
    if (rule === undefined && contract === undefined)
      throw new HippoError('CONFIG_USAGE', {message: 'say what to try', hint: 'give --rule YAML or --contract FILE'})
    const request = {
      dataset: args.dataset,
      examples,
      ...(rule === undefined ? {} : {rule}),
      ...(contract === undefined ? {} : {contract}),
      ...(by === undefined ? {} : {by}),
      ...(last === undefined ? {} : {last}),
    }
    const result = await this.withWorkspace(flags, (workspace, context) => tryRules(workspace, {...request, ...context}))
    return this.report(result, {text: ruleTrialReport})
  }
}
