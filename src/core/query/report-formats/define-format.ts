// What a report format is: a pure function from the results to text. A new one is a file here and a line in the registry.
import type {QualityReport} from '../quality-report.ts'

export interface ReportFormat {
  /** As `--format` names it. */
  readonly name: string
  /** Text of the whole document, its last line ended. */
  render(report: QualityReport): string
}
