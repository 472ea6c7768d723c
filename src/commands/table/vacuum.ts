import {type VacuumResult, vacuumTable} from '../../core/index.ts'
import {vacuumReport} from '../../ui/report/table-maintenance.ts'
import {HippoCommand} from '../hippo-command.ts'
import {confirm} from '../shell/confirm.ts'
import {placeFlags, runFlags} from '../shell/flags.ts'
import {Flags} from '../shell/oclif.ts'
import {lakeTableArgument} from '../shell/table-arguments.ts'

const {'dry-run': _, 'idempotency-key': __, ...vacuumRunFlags} = runFlags

export default class TableVacuum extends HippoCommand {
  static override summary = 'Delete files that no kept version of a table needs'
  static override description =
    'Says what would go; --apply deletes it. What belongs to a version of the last 7 days stays (delta.deletedFileRetentionDuration of the table), and so does what a running write may still commit.'
  static override examples = [
    '<%= config.bin %> table vacuum silver.observation',
    '<%= config.bin %> table vacuum silver.observation --log --apply --yes',
  ]
  static override args = lakeTableArgument
  static override flags = {
    ...placeFlags,
    ...vacuumRunFlags,
    apply: Flags.boolean({summary: 'Delete the files; without it nothing changes'}),
    'retention-hours': Flags.integer({helpValue: 'N', min: 0, summary: 'Keep every version of the last N hours'}),
    'allow-short-retention': Flags.boolean({summary: 'Take a shorter retention than the table has; nobody may use older versions'}),
    log: Flags.boolean({summary: 'Also take commits older than 30 days from the log (delta.logRetentionDuration)'}),
    yes: Flags.boolean({char: 'y', summary: 'Do not ask'}),
  }

  async run(): Promise<VacuumResult> {
    const {args, flags} = await this.parse(TableVacuum)
    const {apply, log, 'retention-hours': retentionHours, 'allow-short-retention': allowShortRetention} = flags
    const request = {
      table: args.table,
      apply,
      log,
      allowShortRetention,
      waitLockSeconds: flags['wait-lock'],
      ...(retentionHours === undefined ? {} : {retentionHours}),
    }
    if (apply)
      await confirm(`Delete what no kept version of ${args.table} needs?`, {
        yes: flags.yes,
        noInput: flags['no-input'],
        session: this.session,
      })
    const result = await this.withWorkspace(flags, (workspace, context) => vacuumTable(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, parts: [result], text: vacuumReport})
  }
}
