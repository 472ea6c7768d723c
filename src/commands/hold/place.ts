import {type HoldResult, placeLegalHold} from '../../core/index.ts'
import {holdReport} from '../../ui/report/holds.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags, runFlags} from '../shell/flags.ts'
import {Args, Flags} from '../shell/oclif.ts'
import {readSecretArgument} from '../shell/secret-argument.ts'

export default class HoldPlace extends HippoCommand {
  static override summary = 'Keep the rows of a person as they are now, whatever forget and retain are asked'
  static override description =
    'While the hold is on the person, forget refuses (exit 2) and retain keeps their rows and says how many. Needs HIPPO_KEY: the id is kept sealed. Others see arguments of running programs: give - and send the id on standard input.'
  static override examples = ['<%= config.bin %> hold place - --reason "case 17 of 2026"']
  static override args = {patient: Args.string({description: 'Id of the person, or - to read it from standard input', required: true})}
  static override flags = {
    ...placeFlags,
    'wait-lock': runFlags['wait-lock'],
    reason: Flags.string({helpValue: 'TEXT', required: true, summary: 'Why; name nobody'}),
  }

  async run(): Promise<HoldResult> {
    const {args, flags} = await this.parse(HoldPlace)
    const patient = await readSecretArgument(args.patient, {what: 'id', example: 'hippo hold place - --reason TEXT < FILE'})
    const request = {patient, reason: flags.reason, waitLockSeconds: flags['wait-lock']}
    const result = await this.withWorkspace(flags, (workspace, context) => placeLegalHold(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, text: holdReport})
  }
}
