import {type NoteResult, noteQuarantine} from '../../core/index.ts'
import {noteReport} from '../../ui/report/quarantine.ts'
import {HippoCommand} from '../hippo-command.ts'
import {assignFlags, noteRequest} from '../shell/note-flags.ts'
import {Args} from '../shell/oclif.ts'

export default class QuarantineAssign extends HippoCommand {
  static override summary = 'Say who looks after rejected rows'
  static override description =
    'The rows that wait, or those that --check, --exactly, --batch and --row choose. It stays with each row through replays and rebuilds, and shows in list, show and export. The name - makes it nobody.'
  static override examples = [
    '<%= config.bin %> quarantine assign observation a.keller --check value_number.type',
    '<%= config.bin %> quarantine assign observation - --batch 7 --row 12',
  ]
  static override args = {
    dataset: Args.string({description: 'Dataset', required: true}),
    person: Args.string({description: 'Who: a name of yours for them, up to 100 characters; - for nobody', required: true}),
  }
  static override flags = assignFlags

  async run(): Promise<NoteResult> {
    const {args, flags} = await this.parse(QuarantineAssign)
    const note = {kind: 'assign', assignee: args.person === '-' ? null : args.person} as const
    const request = {...noteRequest(args.dataset, flags), note}
    const result = await this.withWorkspace(flags, (workspace, context) => noteQuarantine(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, text: noteReport})
  }
}
