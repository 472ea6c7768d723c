import {type ErasureResult, forget} from '../core/index.ts'
import {erasureReport} from '../ui/report/erasure.ts'
import {HippoCommand} from './hippo-command.ts'
import {confirm} from './shell/confirm.ts'
import {bypassGovernanceFlag, placeFlags, runFlags} from './shell/flags.ts'
import {Args, Flags} from './shell/oclif.ts'
import {readSecretArgument} from './shell/secret-argument.ts'

export default class Forget extends HippoCommand {
  static override summary = 'Erase a person everywhere, and prove it'
  static override description =
    'Removes the records of a person from received bytes, silver, quarantine and warehouse with all their versions; nothing brings them back. The person is named by the primary key of the dataset whose contract says hippoDataSubject. Others see arguments of running programs: give - and send the id on standard input.'
  static override examples = [
    '<%= config.bin %> forget P0000012 --dry-run',
    '<%= config.bin %> forget - --reason "request of 2026-11-20" --yes',
  ]
  static override args = {patient: Args.string({description: 'Id of the person, or - to read it from standard input', required: true})}
  static override flags = {
    ...placeFlags,
    'dry-run': runFlags['dry-run'],
    'wait-lock': runFlags['wait-lock'],
    reason: Flags.string({helpValue: 'TEXT', summary: 'Why, for the audit trail; name nobody'}),
    'drop-unreadable': Flags.boolean({summary: 'Empty captured files that hold the id and cannot be read as records'}),
    'bypass-governance': bypassGovernanceFlag,
    yes: Flags.boolean({char: 'y', summary: 'Do not ask'}),
  }

  async run(): Promise<ErasureResult> {
    const {args, flags} = await this.parse(Forget)
    const patient = await readSecretArgument(args.patient, {what: 'id', example: 'hippo forget - --yes < FILE'})
    const {
      'dry-run': dryRun,
      'wait-lock': waitLockSeconds,
      'drop-unreadable': dropUnreadable,
      'bypass-governance': bypassGovernance,
      reason,
      yes,
    } = flags
    if (!dryRun)
      await confirm('Erase this person everywhere? Nothing brings the records back.', {
        yes,
        noInput: flags['no-input'],
        session: this.session,
      })
    const request = {patient, dryRun, waitLockSeconds, dropUnreadable, bypassGovernance, ...(reason === undefined ? {} : {reason})}
    const result = await this.withWorkspace(flags, (workspace, context) => forget(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, text: erasureReport})
  }
}
