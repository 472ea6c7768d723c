import path from 'node:path'
import {type DemoResult, HippoError, runDemo} from '../core/index.ts'
import {demoReport} from '../ui/report/demo.ts'
import {HippoCommand} from './hippo-command.ts'
import {Args, Flags} from './shell/oclif.ts'

export default class Demo extends HippoCommand {
  static override summary = 'Make a synthetic clinic with planted faults and find them all'
  static override description =
    'Two deliveries with a schema change between them go through the whole pipeline; what was found is compared with what was planted.'
  static override examples = ['<%= config.bin %> demo', '<%= config.bin %> demo big-clinic --patients 100000 --seed 7']
  static override args = {directory: Args.string({description: 'Folder of the demo workspace', default: 'hippo-demo'})}
  static override flags = {
    patients: Flags.integer({helpValue: 'N', min: 1, default: 100, summary: 'How many patients'}),
    seed: Flags.integer({helpValue: 'S', default: 1, summary: 'The same seed makes the same clinic'}),
    faults: Flags.string({helpValue: 'RATE', default: '0.01', summary: 'Share of rows to damage, 0 to 0.2'}),
  }

  async run(): Promise<DemoResult> {
    const {args, flags} = await this.parse(Demo)
    const faults = Number(flags.faults)
    if (!(faults >= 0 && faults <= 0.2))
      throw new HippoError('CONFIG_USAGE', {message: '--faults must be a number from 0 to 0.2', hint: 'hippo demo --faults 0.01'})
    const {signal, env} = this.session
    const {patients, seed} = flags
    const result = await this.withProgress(flags, (onEvent) =>
      runDemo({directory: path.resolve(args.directory), patients, seed, faults, env, signal, onEvent}),
    )
    const isExact = result.falseAlarms === 0 && Object.values(result.truth).every(({planted, found}) => planted === found)
    const text = (demo: DemoResult, paper: Parameters<typeof demoReport>[1]): string =>
      demoReport(
        {...demo, directory: args.directory, ...(demo.run.durationMs === undefined ? {} : {durationMs: demo.run.durationMs})},
        paper,
      )
    return this.reportRun(result, {flags, codes: isExact ? [] : [1], text})
  }
}
