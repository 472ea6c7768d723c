import {type ValidationResult, validate, validateFile} from '../core/index.ts'
import {validationReport} from '../ui/report/validation.ts'
import {type CommonFlags, HippoCommand} from './hippo-command.ts'
import {placeFlags, runFlags, runOptions} from './shell/flags.ts'
import {Flags} from './shell/oclif.ts'
import {exitCodeOfChecks} from './shell/outcome.ts'
import {timeTravelFlags, timeTravelOf} from './shell/table-arguments.ts'

export default class Validate extends HippoCommand {
  static override summary = 'Run contract checks; nothing is written but their results'
  static override description =
    'Judges the datasets as they are in silver, or any file with --file and --contract, also where there is no workspace. Exits 3 when a check of severity error failed.'
  static override usage = 'validate [DATASET…] | validate --file FILE --contract FILE'
  static override examples = [
    '<%= config.bin %> validate',
    '<%= config.bin %> validate observation --version 0',
    '<%= config.bin %> validate --file patients.csv --contract contracts/patient.odcs.yaml',
  ]
  static override strict = false
  static override flags = {
    ...placeFlags,
    ...runFlags,
    ...timeTravelFlags,
    file: Flags.string({
      helpValue: 'FILE',
      dependsOn: ['contract'],
      exclusive: ['version', 'as-of'],
      summary: 'Judge this file instead of a dataset',
    }),
    contract: Flags.string({helpValue: 'FILE', dependsOn: ['file'], summary: 'The contract to judge it by'}),
  }

  async run(): Promise<ValidationResult> {
    const {argv, flags} = await this.parse(Validate)
    const {file, contract} = flags
    const given = file === undefined || contract === undefined ? undefined : {file, contract}
    const request = {datasets: argv.map(String), ...given, ...timeTravelOf(flags), ...runOptions(flags)}
    const result = await this.withWorkspace(flags, (workspace, context) => validate(workspace, {...request, ...context})).catch(
      (error: unknown) => this.#alone(error, given, flags),
    )
    const codes = result.datasets.map(({checks}) => exitCodeOfChecks(checks))
    return this.reportRun(result, {flags, codes, text: validationReport})
  }

  /** A file and a contract need no workspace, unless one was named. */
  async #alone(error: unknown, given: {file: string; contract: string} | undefined, flags: CommonFlags): Promise<ValidationResult> {
    if (given === undefined || !this.lacksWorkspace(error, flags)) throw error
    const {env, signal} = this.session
    return this.withProgress(flags, (onEvent) => validateFile({...given, env, signal, onEvent}))
  }
}
