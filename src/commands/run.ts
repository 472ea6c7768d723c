import {type PipelineResult, runPipeline} from '../core/index.ts'
import {pipelineReport} from '../ui/report/pipeline.ts'
import {HippoCommand} from './hippo-command.ts'
import {intervalFlags, placeFlags, runFlags, runOptions} from './shell/flags.ts'
import {intervalOf} from './shell/instant.ts'
import {Args} from './shell/oclif.ts'

export default class Run extends HippoCommand {
  static override summary = 'Run a pipeline: what cron calls'
  static override description =
    'The steps in order, one run of a pipeline at a time, continuing where an interrupted one stopped. Off a terminal it is silent while all is well.'
  static override examples = [
    '<%= config.bin %> run',
    '<%= config.bin %> run nightly --wait-lock 600',
    '<%= config.bin %> run nightly --json --idle-exit 99',
  ]
  static override args = {pipeline: Args.string({description: 'Name in hippo.yaml; not needed when there is only one'})}
  static override flags = {...placeFlags, ...runFlags, ...intervalFlags}

  async run(): Promise<PipelineResult> {
    const {args, flags: given} = await this.parse(Run)
    const flags = {...given, quiet: given.quiet || process.stdout.isTTY !== true}
    const request = {...(args.pipeline === undefined ? {} : {pipeline: args.pipeline}), ...intervalOf(flags), ...runOptions(flags)}
    const result = await this.withWorkspace(flags, (workspace, context) => runPipeline(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, parts: result.steps, text: pipelineReport})
  }
}
