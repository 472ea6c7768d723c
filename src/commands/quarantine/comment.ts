import {type NoteResult, noteQuarantine} from '../../core/index.ts'
import {noteReport} from '../../ui/report/quarantine.ts'
import {HippoCommand} from '../hippo-command.ts'
import {noteFlags, noteRequest} from '../shell/note-flags.ts'
import {Args} from '../shell/oclif.ts'
import {readSecretArgument} from '../shell/secret-argument.ts'

export default class QuarantineComment extends HippoCommand {
  static override summary = 'Write a comment beside rejected rows'
  static override description =
    'Beside the rows that wait, or those that --check, --exactly, --batch and --row choose. Comments stay in the order in which they were written, with who and when; the audit log has no word of them, and hippo forget finds them. Others see arguments of running programs: give - and send the text on standard input.'
  static override examples = [
    '<%= config.bin %> quarantine comment observation "laboratory asked on 3 March" --check value_number.type',
    '<%= config.bin %> quarantine comment observation - --batch 7 --row 12',
  ]
  static override args = {
    dataset: Args.string({description: 'Dataset', required: true}),
    text: Args.string({description: 'What there is to say, or - to read it from standard input', required: true}),
  }
  static override flags = noteFlags

  async run(): Promise<NoteResult> {
    const {args, flags} = await this.parse(QuarantineComment)
    const text = await readSecretArgument(args.text, {what: 'comment', example: 'hippo quarantine comment DATASET - < FILE'})
    const request = {...noteRequest(args.dataset, flags), note: {kind: 'comment', text} as const}
    const result = await this.withWorkspace(flags, (workspace, context) => noteQuarantine(workspace, {...request, ...context}))
    return this.reportRun(result, {flags, text: noteReport})
  }
}
