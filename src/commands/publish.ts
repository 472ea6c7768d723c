import {type PublishResult, publish} from '../core/index.ts'
import {publishReport} from '../ui/report/publish.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags, runFlags, runOptions} from './shell/flags.ts'

export default class Publish extends HippoCommand {
  static override summary = 'Make audited gold versions live, all at once'
  static override description = 'One transaction repoints the views that readers use. Earlier versions stay for rollback.'
  static override usage = 'publish [MODEL…]'
  static override examples = ['<%= config.bin %> publish', '<%= config.bin %> publish admissions_daily']
  static override strict = false
  static override flags = {...placeFlags, ...runFlags}

  async run(): Promise<PublishResult> {
    const {argv, flags} = await this.parse(Publish)
    const request = {models: argv.map(String), ...runOptions(flags)}
    const result = await this.withWorkspace(flags, (workspace, context) => publish(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, parts: result.tables, text: publishReport})
  }
}
