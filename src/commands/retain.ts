import {type ErasureResult, retain} from '../core/index.ts'
import {erasureReport} from '../ui/report/erasure.ts'
import {HippoCommand} from './hippo-command.ts'
import {confirm} from './shell/confirm.ts'
import {bypassGovernanceFlag, placeFlags, runFlags} from './shell/flags.ts'
import {Flags} from './shell/oclif.ts'

export default class Retain extends HippoCommand {
  static override summary = 'Remove what contracts no longer let us keep'
  static override description =
    'Rows older than the retention their contract promises go from received bytes, silver and warehouse with all their versions; rejected rows leave quarantine after hippoQuarantineRetentionDays. Nothing brings them back. A legal hold keeps a dataset whole.'
  static override usage = 'retain [DATASET…]'
  static override examples = ['<%= config.bin %> retain --dry-run', '<%= config.bin %> retain --yes']
  static override strict = false // dataset names; none = all that promise a retention
  static override flags = {
    ...placeFlags,
    'dry-run': runFlags['dry-run'],
    'wait-lock': runFlags['wait-lock'],
    'idle-exit': runFlags['idle-exit'],
    'bypass-governance': bypassGovernanceFlag,
    yes: Flags.boolean({char: 'y', summary: 'Do not ask'}),
  }

  async run(): Promise<ErasureResult> {
    const {argv, flags} = await this.parse(Retain)
    const {'dry-run': dryRun, 'wait-lock': waitLockSeconds, 'bypass-governance': bypassGovernance, yes} = flags
    if (!dryRun)
      await confirm('Remove everything older than promised? Nothing brings it back.', {
        yes,
        noInput: flags['no-input'],
        session: this.session,
      })
    const request = {datasets: argv.map(String), dryRun, waitLockSeconds, bypassGovernance}
    const result = await this.withWorkspace(flags, (workspace, context) => retain(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, text: erasureReport})
  }
}
