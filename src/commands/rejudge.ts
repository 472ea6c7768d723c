import {type RejudgeResult, rejudgeResults} from '../core/index.ts'
import {rejudgeReport} from '../ui/report/rejudge.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags} from './shell/flags.ts'
import {parseInstant} from './shell/instant.ts'
import {Flags} from './shell/oclif.ts'

export default class Rejudge extends HippoCommand {
  static override summary = 'Hold stored results against new thresholds; no data is read'
  static override description =
    'Says which stored verdicts would be others under the contract as it is now, or under --contract FILE; --apply records them beside the old ones, with who and why. Checks whose rule changed cannot be judged again and are named. What was committed or refused then stays as it is.'
  static override usage = 'rejudge [DATASET…]'
  static override examples = [
    '<%= config.bin %> rejudge observation --since yesterday',
    '<%= config.bin %> rejudge --contract contracts/observation.odcs.yaml',
    '<%= config.bin %> rejudge observation --apply --reason "5 % agreed with the laboratory"',
  ]
  static override strict = false
  static override flags = {
    ...placeFlags,
    contract: Flags.string({helpValue: 'FILE', summary: 'Judge by this contract instead of the one of the workspace'}),
    since: Flags.string({helpValue: 'TIME', summary: 'Only results judged from here on'}),
    apply: Flags.boolean({dependsOn: ['reason'], summary: 'Record what changed; without it nothing is written'}),
    reason: Flags.string({helpValue: 'TEXT', summary: 'Why, for the record'}),
  }

  async run(): Promise<RejudgeResult> {
    const {argv, flags} = await this.parse(Rejudge)
    const {contract, since, apply, reason} = flags
    const request = {
      datasets: argv.map(String),
      apply,
      ...(contract === undefined ? {} : {contract}),
      ...(since === undefined ? {} : {since: parseInstant(since, 'since')}),
      ...(reason === undefined ? {} : {reason}),
    }
    const result = await this.withWorkspace(flags, (workspace, context) => rejudgeResults(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, text: rejudgeReport})
  }
}
