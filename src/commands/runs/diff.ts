import {diffRuns, type RunDiff} from '../../core/index.ts'
import {runDiffReport} from '../../ui/report/run-diff.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Args, Flags} from '../shell/oclif.ts'

export default class RunsDiff extends HippoCommand {
  static override summary = 'Show which checks are newly broken, still broken or resolved since an earlier run'
  static override description =
    'Compares the results of a run with those of another one, or with the judgement of each dataset before it. With --rows the rejected rows of each check are told apart by their keys; only files and lines are shown, never values.'
  static override examples = ['<%= config.bin %> runs diff 0192f8a3', '<%= config.bin %> runs diff 0192f8a3 --rows 5 --json']
  static override args = {
    run: Args.string({description: 'The later run: its id, or a unique beginning of it', required: true}),
    earlier: Args.string({description: 'The earlier run; what was judged before when left out'}),
  }
  static override flags = {
    ...placeFlags,
    rows: Flags.integer({helpValue: 'N', min: 0, max: 1000, default: 0, summary: 'Name up to N rejected rows of each check'}),
  }

  async run(): Promise<RunDiff> {
    const {args, flags} = await this.parse(RunsDiff)
    const {run, earlier} = args
    const request = {run, rows: flags.rows, ...(earlier === undefined ? {} : {earlier})}
    const result = await this.withWorkspace(flags, (workspace) => diffRuns(workspace, request))
    return this.report(result, {text: runDiffReport})
  }
}
