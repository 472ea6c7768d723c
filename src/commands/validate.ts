import {Flags} from '@oclif/core'
import {type ValidationResult, validate} from '../core/index.ts'
import {validationReport} from '../ui/report/validation.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags, runFlags, runOptions} from './shell/flags.ts'
import {exitCodeOfChecks} from './shell/outcome.ts'

export default class Validate extends HippoCommand {
  static override summary = 'Run contract checks; nothing is written but their results'
  static override description =
    'Judges the datasets as they are in silver, or any file with --file and --contract. Exits 3 when a check of severity error failed.'
  static override usage = 'validate [DATASET…] | validate --file FILE --contract FILE'
  static override examples = [
    '<%= config.bin %> validate',
    '<%= config.bin %> validate --file patients.csv --contract contracts/patient.odcs.yaml',
  ]
  static override strict = false
  static override flags = {
    ...placeFlags,
    ...runFlags,
    file: Flags.string({helpValue: 'FILE', dependsOn: ['contract'], summary: 'Judge this file instead of a dataset'}),
    contract: Flags.string({helpValue: 'FILE', dependsOn: ['file'], summary: 'The contract to judge it by'}),
  }

  async run(): Promise<ValidationResult> {
    const {argv, flags} = await this.parse(Validate)
    const file = flags.file === undefined || flags.contract === undefined ? {} : {file: flags.file, contract: flags.contract}
    const request = {datasets: argv.map(String), ...file, ...runOptions(flags)}
    const result = await this.withWorkspace(flags, (workspace, context) => validate(workspace, {...request, ...context}))
    const codes = result.datasets.map(({checks}) => exitCodeOfChecks(checks))
    return this.reportRun(result, {flags, codes, text: validationReport})
  }
}
