import {type DoctorResult, doctor, repairTable, type TableRepair} from '../core/index.ts'
import {doctorReport} from '../ui/report/doctor.ts'
import {repairReport} from '../ui/report/repair.ts'
import {type CommonFlags, HippoCommand} from './hippo-command.ts'
import {placeFlags} from './shell/flags.ts'
import {Flags} from './shell/oclif.ts'
import {worstExitCode} from './shell/outcome.ts'

export default class Doctor extends HippoCommand {
  static override summary = 'Check everything a run needs, and say the fix'
  static override description =
    'Reads only, unless told to make the catalog again or to repair a table. Each finding stands on its own, so one broken part never hides the others. --repair says what can be saved of a damaged table and changes nothing; with --yes it does so. What is taken out of a log is set aside, never deleted.'
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --rebuild-catalog',
    '<%= config.bin %> doctor --repair silver.patient',
  ]
  static override flags = {
    ...placeFlags,
    'rebuild-catalog': Flags.boolean({summary: 'Make what the catalog says of bronze and silver again from the lake'}),
    repair: Flags.string({
      helpValue: 'TABLE',
      exclusive: ['rebuild-catalog'],
      summary: 'Say what can be saved of a damaged table: silver.NAME or quarantine.NAME',
    }),
    yes: Flags.boolean({char: 'y', dependsOn: ['repair'], summary: 'Do the repair'}),
  }

  async run(): Promise<DoctorResult | TableRepair> {
    const {flags} = await this.parse(Doctor)
    if (flags.repair !== undefined) return this.#repair(flags.repair, flags)
    const result = await this.withWorkspace(flags, (workspace) => doctor(workspace, {rebuildCatalog: flags['rebuild-catalog']}))
    const exitCode = worstExitCode(result.findings.map(({state, exitCode}) => (state === 'failed' ? (exitCode ?? 4) : 0)))
    const text =
      flags.quiet && exitCode === 0
        ? undefined
        : ({findings}: DoctorResult, paper: Parameters<typeof doctorReport>[1]) => doctorReport(findings, paper)
    return this.report(result, {exitCode, text})
  }

  async #repair(table: string, flags: CommonFlags & {readonly yes: boolean}): Promise<TableRepair> {
    const result = await this.withWorkspace(flags, (workspace, context) => repairTable(workspace, {table, apply: flags.yes, ...context}))
    const exitCode = result.state === 'planned' || result.state === 'beyond' ? 4 : 0
    return this.report(result, {exitCode, text: flags.quiet && exitCode === 0 ? undefined : repairReport})
  }
}
