import {upDatabase} from '../core/index.ts'
import {servicesReport} from '../ui/report/services.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags} from './shell/flags.ts'

type UpResult = Awaited<ReturnType<typeof upDatabase>>

export default class Up extends HippoCommand {
  static override summary = 'Start the embedded database'
  static override description = 'Commands start it by themselves; this starts it ahead of them and shows how to connect.'
  static override examples = ['<%= config.bin %> up', '<%= config.bin %> up --json']
  static override flags = {...placeFlags}

  async run(): Promise<UpResult> {
    const {flags} = await this.parse(Up)
    const result = await this.withWorkspace(flags, (workspace) => upDatabase(workspace))
    return this.report(result, {text: flags.quiet ? undefined : servicesReport})
  }
}
