import {type HoldResult, releaseLegalHold} from '../../core/index.ts'
import {holdReport} from '../../ui/report/holds.ts'
import {HippoCommand} from '../hippo-command.ts'
import {confirm} from '../shell/confirm.ts'
import {placeFlags, runFlags} from '../shell/flags.ts'
import {Args, Flags} from '../shell/oclif.ts'

export default class HoldRelease extends HippoCommand {
  static override summary = 'Take a legal hold off a person'
  static override description =
    'Nothing is removed by it: what retention or a request asks for is done by the next retain or forget. Needs HIPPO_KEY: the reason is looked through for the id.'
  static override examples = ['<%= config.bin %> hold release HOLD --reason "case closed" --yes']
  static override args = {hold: Args.string({description: 'As hippo hold list names it', required: true})}
  static override flags = {
    ...placeFlags,
    'wait-lock': runFlags['wait-lock'],
    reason: Flags.string({helpValue: 'TEXT', required: true, summary: 'Why; name nobody'}),
    yes: Flags.boolean({char: 'y', summary: 'Do not ask'}),
  }

  async run(): Promise<HoldResult> {
    const {args, flags} = await this.parse(HoldRelease)
    const {'wait-lock': waitLockSeconds, reason, yes} = flags
    await confirm(`Release the hold ${args.hold}?`, {yes, noInput: flags['no-input'], session: this.session})
    const request = {hold: args.hold, reason, waitLockSeconds}
    const result = await this.withWorkspace(flags, (workspace, context) => releaseLegalHold(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, text: holdReport})
  }
}
