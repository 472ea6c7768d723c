import {type WrittenReport, writeReport} from '../core/index.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags} from './shell/flags.ts'
import {Flags} from './shell/oclif.ts'

export default class Report extends HippoCommand {
  static override summary = 'Give the results of checks to people and other tools'
  static override description =
    "Of a run, or else the newest judgement of every dataset: Markdown for people, JSON, JUnit for CI, the OORS draft, OpenLineage events with data quality facets, and the shape of OHDSI's Data Quality Dashboard. Names, rules and counts only, never a value of a row."
  static override examples = [
    '<%= config.bin %> report',
    '<%= config.bin %> report --format junit --run 0192f8a3 -o results.xml',
    '<%= config.bin %> report --format openlineage',
  ]
  static override flags = {
    ...placeFlags,
    format: Flags.string({helpValue: 'FORMAT', default: 'md', summary: 'md, json, junit, oors, openlineage or dqd'}),
    run: Flags.string({helpValue: 'RUN', summary: 'Results of this run: its id, or a unique beginning of it'}),
    output: Flags.string({char: 'o', helpValue: 'FILE', summary: 'Write it here instead'}),
  }

  async run(): Promise<WrittenReport['report']> {
    const {flags} = await this.parse(Report)
    const {format, run, output: file} = flags
    const request = {format, ...(run === undefined ? {} : {run}), ...(file === undefined ? {} : {file})}
    const written = await this.withWorkspace(flags, (workspace) => writeReport(workspace, request))
    const said = written.file === undefined ? written.text.replace(/\n$/, '') : `written to ${written.file}`
    return this.report(written.report, {text: () => said})
  }
}
