import {type PublishResult, rollback} from '../core/index.ts'
import {publishReport} from '../ui/report/publish.ts'
import {HippoCommand} from './hippo-command.ts'
import {confirm} from './shell/confirm.ts'
import {placeFlags, runFlags, runOptions} from './shell/flags.ts'
import {Flags} from './shell/oclif.ts'

export default class Rollback extends HippoCommand {
  static override summary = 'Make an earlier gold version live again'
  static override description = 'The version before the live one, or the one named by --to-version. Nothing is deleted.'
  static override usage = 'rollback [MODEL…]'
  static override examples = [
    '<%= config.bin %> rollback admissions_daily --yes',
    '<%= config.bin %> rollback admissions_daily --to-version 1 --yes',
  ]
  static override strict = false
  static override flags = {
    ...placeFlags,
    ...runFlags,
    'to-version': Flags.integer({helpValue: 'NUMBER', min: 0, summary: 'Go back to this version'}),
    yes: Flags.boolean({char: 'y', summary: 'Do not ask'}),
  }

  async run(): Promise<PublishResult> {
    const {argv, flags} = await this.parse(Rollback)
    const models = argv.map(String)
    if (!flags['dry-run'])
      await confirm(`Roll back ${models.length > 0 ? models.join(', ') : 'all models'}?`, {
        yes: flags.yes,
        noInput: flags['no-input'],
        session: this.session,
      })
    const toVersion = flags['to-version']
    const request = {models, ...(toVersion === undefined ? {} : {toVersion}), ...runOptions(flags)}
    const result = await this.withWorkspace(flags, (workspace, context) => rollback(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, parts: result.tables, text: publishReport})
  }
}
