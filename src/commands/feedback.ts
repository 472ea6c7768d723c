import {type FeedbackPack, makeFeedback} from '../core/index.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags} from './shell/flags.ts'
import {Args, Flags} from './shell/oclif.ts'

export default class Feedback extends HippoCommand {
  static override summary = 'Make a pack of what is wrong, to send to whoever sends the data'
  static override description =
    'Reasons in words, counts, and where each rejected row stands, with what is new and what was settled since the last pack. Holds no value of any row. Without --output the page is shown and no pack counted.'
  static override examples = ['<%= config.bin %> feedback ehr', '<%= config.bin %> feedback ehr --output feedback/ehr-march']
  static override args = {source: Args.string({description: 'Source, as hippo.yaml names it', required: true})}
  static override flags = {
    ...placeFlags,
    output: Flags.string({helpValue: 'FOLDER', summary: 'Write feedback.md and rows.csv here; neither may be there yet'}),
  }

  async run(): Promise<FeedbackPack> {
    const {args, flags} = await this.parse(Feedback)
    const request = {source: args.source, ...(flags.output === undefined ? {} : {output: flags.output})}
    const result = await this.withWorkspace(flags, (workspace) => makeFeedback(workspace, request))
    return this.report(result, {text: ({text, files}) => (files.length === 0 ? text.trimEnd() : files.join('\n'))})
  }
}
