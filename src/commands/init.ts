import {type InitResult, initWorkspace} from '../core/index.ts'
import {initReport} from '../ui/report/init.ts'
import {HippoCommand} from './hippo-command.ts'
import {Args, Flags} from './shell/oclif.ts'

export default class Init extends HippoCommand {
  static override summary = 'Start a workspace, from your own files if you like'
  static override description = `Writes hippo.yaml, contracts/, models/ and inbox/. Nothing that is there already is changed.

With --from, a draft contract is made from each file (files of one name, such as results-1.csv and results-2.csv, make one), and hippo.yaml says which later files belong to it. The files stay where they are; --copy puts copies into inbox/, where hippo ingest finds them.`
  static override usage = 'init [DIR] [--from FILE…] [--copy]'
  static override examples = ['<%= config.bin %> init clinic', '<%= config.bin %> init clinic --from lab/results.csv patients.csv --copy']
  static override args = {directory: Args.string({description: 'Folder to make it in', default: '.'})}
  static override flags = {
    name: Flags.string({helpValue: 'NAME', summary: 'Name of the workspace (default: the name of the folder)'}),
    from: Flags.string({helpValue: 'FILE…', multiple: true, summary: 'Draft contracts from these files'}),
    copy: Flags.boolean({dependsOn: ['from'], summary: 'Copy them into inbox/'}),
  }

  async run(): Promise<InitResult> {
    const {args, flags} = await this.parse(Init)
    const {signal, env} = this.session
    const {name, from = [], copy = false} = flags
    const given = {directory: args.directory, ...(name === undefined ? {} : {name}), from, copy}
    const result = await this.withProgress(flags, (onEvent) => initWorkspace({...given, env, signal, onEvent}))
    return this.report(result, {text: flags.quiet ? undefined : initReport})
  }
}
