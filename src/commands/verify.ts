import {type Sample, type VerifyResult, verify} from '../core/index.ts'
import {verifyReport} from '../ui/report/verify.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags} from './shell/flags.ts'
import {Flags} from './shell/oclif.ts'
import {readSample} from './shell/sample.ts'

export default class Verify extends HippoCommand {
  static override summary = 'Re-hash what is stored: rot, loss and strangers'
  static override description =
    'Compares the lake with what it says of itself. Everything is looked at; --sample reads the bytes of some objects only. Writes nothing. Exit 4 when bytes are gone or have changed. It asks no database: that a log lost its newest commits, and every trace of them, is found by hippo doctor.'
  static override examples = ['<%= config.bin %> verify', '<%= config.bin %> verify --sample 1%', '<%= config.bin %> verify --sample 500']
  static override flags = {
    ...placeFlags,
    sample: Flags.string({helpValue: 'N|N%', summary: 'Read the bytes of so many objects only; others each time'}),
  }

  async run(): Promise<VerifyResult> {
    const {flags} = await this.parse(Verify)
    const sample: Sample = flags.sample === undefined ? {kind: 'all'} : readSample(flags.sample)
    const result = await this.withWorkspace(flags, (workspace, context) => verify(workspace, {sample, ...context}))
    const exitCode = result.error?.exitCode ?? 0
    return this.report(result, {exitCode, text: flags.quiet && result.problems.length === 0 ? undefined : verifyReport})
  }
}
