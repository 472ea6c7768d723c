import {type DoctorResult, doctor} from '../core/index.ts'
import {doctorReport} from '../ui/report/doctor.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags} from './shell/flags.ts'
import {Flags} from './shell/oclif.ts'
import {worstExitCode} from './shell/outcome.ts'

export default class Doctor extends HippoCommand {
  static override summary = 'Check everything a run needs, and say the fix'
  static override description =
    'Reads only, unless told to make the catalog again. Each finding stands on its own, so one broken part never hides the others.'
  static override examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor --rebuild-catalog']
  static override flags = {
    ...placeFlags,
    'rebuild-catalog': Flags.boolean({summary: 'Make what the catalog says of bronze and silver again from the lake'}),
  }

  async run(): Promise<DoctorResult> {
    const {flags} = await this.parse(Doctor)
    const result = await this.withWorkspace(flags, (workspace) => doctor(workspace, {rebuildCatalog: flags['rebuild-catalog']}))
    const exitCode = worstExitCode(result.findings.map(({state, exitCode}) => (state === 'failed' ? (exitCode ?? 4) : 0)))
    const text =
      flags.quiet && exitCode === 0
        ? undefined
        : ({findings}: DoctorResult, paper: Parameters<typeof doctorReport>[1]) => doctorReport(findings, paper)
    return this.report(result, {exitCode, text})
  }
}
