import type {ConfigOrigin} from '../core/index.ts'
import {configurationReport} from '../ui/report/configuration.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags} from './shell/flags.ts'

interface ConfigResult {
  readonly workspace: string
  readonly items: readonly ConfigOrigin[]
}

export default class Configuration extends HippoCommand {
  static override summary = 'Show every setting and where it came from'
  static override description = 'A flag wins over the environment, that over hippo.yaml, that over the default. Secrets are masked.'
  static override examples = ['<%= config.bin %> config', '<%= config.bin %> config --json']
  static override flags = {...placeFlags}

  async run(): Promise<ConfigResult> {
    const {flags} = await this.parse(Configuration)
    const result = await this.withWorkspace(flags, async ({root, origins}) => ({workspace: root, items: origins}))
    return this.report(result, {text: ({workspace, items}, paper) => configurationReport(workspace, items, paper)})
  }
}
