import {HippoError} from '../core/index.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags} from './shell/flags.ts'
import {withReader} from './shell/with-reader.ts'

export default class Dashboard extends HippoCommand {
  static override summary = 'Open the live dashboard'
  static override description =
    'Full screen, keyboard first; q quits, ? shows the keys. For lines instead of a screen: hippo status --watch.'
  static override examples = ['<%= config.bin %> dashboard', '<%= config.bin %> dashboard --workspace clinic']
  static override flags = {...placeFlags}

  async run(): Promise<void> {
    const {flags} = await this.parse(Dashboard)
    if (!process.stdin.isTTY || !process.stdout.isTTY || this.jsonEnabled()) {
      throw new HippoError('CONFIG_USAGE', {
        message: 'The dashboard needs a terminal to draw on.',
        hint: 'hippo status --watch shows the same facts as lines',
      })
    }
    const {startDashboard} = await import('../ui/dashboard.tsx')
    const {stdin, stdout} = process
    const end = await this.withWorkspace({...flags, quiet: true}, (workspace, {signal}) =>
      withReader(workspace, (reader) => startDashboard({reader, stdin, stdout, theme: this.paper(), now: () => new Date(), signal})),
    )
    const codes = {quit: 0, interrupted: 130, aborted: this.session.interruptCode()}
    this.report(undefined, {exitCode: codes[end]})
  }
}
