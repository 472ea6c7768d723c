// The report as hippo has it, whole.
import type {ReportFormat} from './define-format.ts'

export const json: ReportFormat = {
  name: 'json',
  render: (report) => `${JSON.stringify(report, null, 2)}\n`,
}
