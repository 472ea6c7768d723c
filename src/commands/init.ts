import {Args, Flags} from '@oclif/core'
import {type InitResult, initWorkspace} from '../core/index.ts'
import {initReport} from '../ui/report/init.ts'
import {HippoCommand} from './hippo-command.ts'

export default class Init extends HippoCommand {
  static override summary = 'Start a workspace'
  static override description = 'Writes hippo.yaml, contracts/, models/ and inbox/. Nothing that is there already is changed.'
  static override examples = ['<%= config.bin %> init clinic', '<%= config.bin %> init --name st-elsewhere']
  static override args = {directory: Args.string({description: 'Folder to make it in', default: '.'})}
  static override flags = {name: Flags.string({helpValue: 'NAME', summary: 'Name of the workspace (default: the name of the folder)'})}

  async run(): Promise<InitResult> {
    const {args, flags} = await this.parse(Init)
    const result = await initWorkspace({directory: args.directory, ...(flags.name === undefined ? {} : {name: flags.name})})
    return this.report(result, {text: flags.quiet ? undefined : initReport})
  }
}
