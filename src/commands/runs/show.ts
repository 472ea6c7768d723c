import {runReport} from '../../ui/report/runs.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Args} from '../shell/oclif.ts'
import {withReader} from '../shell/with-reader.ts'

export default class RunsShow extends HippoCommand {
  static override summary = 'Show one run with its steps'
  static override description = 'Takes the id of a run or any beginning of it that is unique.'
  static override examples = ['<%= config.bin %> runs show 0192f8a3', '<%= config.bin %> runs show 0192f8a3 --json']
  static override args = {run: Args.string({description: 'Id, or a unique beginning of at least four characters', required: true})}
  static override flags = {...placeFlags}

  async run() {
    const {args, flags} = await this.parse(RunsShow)
    const detail = await this.withWorkspace(flags, (workspace) => withReader(workspace, (reader) => reader.run(args.run)))
    return this.report(detail, {text: runReport})
  }
}
