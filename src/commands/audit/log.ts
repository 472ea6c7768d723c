import {auditReport} from '../../ui/report/audit.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Flags} from '../shell/oclif.ts'
import {withReader} from '../shell/with-reader.ts'

export default class AuditLog extends HippoCommand {
  static override summary = 'Show who did what, newest first'
  static override description = 'The actor is the user of the operating system, or HIPPO_ACTOR.'
  static override examples = ['<%= config.bin %> audit log', '<%= config.bin %> audit log --limit 100 --json']
  static override flags = {...placeFlags, limit: Flags.integer({helpValue: 'N', min: 1, max: 10_000, default: 20, summary: 'How many'})}

  async run() {
    const {flags} = await this.parse(AuditLog)
    const items = await this.withWorkspace(flags, (workspace) => withReader(workspace, (reader) => reader.audit({limit: flags.limit})))
    return this.report({items}, {text: (result, paper) => auditReport(result.items, paper)})
  }
}
