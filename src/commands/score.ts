import {type Scores, scores} from '../core/index.ts'
import {scoreReport} from '../ui/report/score.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags} from './shell/flags.ts'

export default class Score extends HippoCommand {
  static override summary = 'Show how good datasets and sources are, and what moved that'
  static override description =
    'Of the newest delivery: the share of rows that kept each rule, averaged over checks with errors counting three times as much as warnings; a source is the mean of its datasets. Without anything judged there is no score.'
  static override usage = 'score [DATASET…]'
  static override examples = ['<%= config.bin %> score', '<%= config.bin %> score observation --json']
  static override strict = false
  static override flags = {...placeFlags}

  async run(): Promise<Scores> {
    const {argv, flags} = await this.parse(Score)
    const result = await this.withWorkspace(flags, (workspace) => scores(workspace, argv.map(String)))
    return this.report(result, {text: (found, paper) => scoreReport(found, paper, {all: argv.length > 0})})
  }
}
