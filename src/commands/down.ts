import {downDatabase} from '../core/index.ts'
import {stoppedReport} from '../ui/report/services.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags} from './shell/flags.ts'

type DownResult = Awaited<ReturnType<typeof downDatabase>>

export default class Down extends HippoCommand {
  static override summary = 'Stop the embedded database'
  static override description = 'A database of your own is left alone. The next command starts the embedded one again.'
  static override examples = ['<%= config.bin %> down', '<%= config.bin %> down --json']
  static override flags = {...placeFlags}

  async run(): Promise<DownResult> {
    const {flags} = await this.parse(Down)
    const result = await this.withWorkspace(flags, (workspace) => downDatabase(workspace))
    return this.report(result, {text: flags.quiet ? undefined : stoppedReport})
  }
}
