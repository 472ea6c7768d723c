// The quality report in one of its formats: as text, or into a file that only its owner may read.
import {writeFile} from 'node:fs/promises'
import path from 'node:path'
import {HippoError} from './errors/hippo-error.ts'
import {type QualityReport, readQualityReport} from './query/quality-report.ts'
import type {ReadableWorkspace} from './query/reader.ts'
import {loadReportFormat} from './query/report-formats/index.ts'
import {systemCode} from './store/system-code.ts'

export interface ReportRequest {
  readonly format: string
  /** Id of a run, or its beginning; the newest judgement of every dataset when absent. */
  readonly run?: string
  /** Path as the user gave it; written over when it is there. */
  readonly file?: string
}

export interface WrittenReport {
  readonly format: string
  readonly report: QualityReport
  readonly text: string
  /** Absolute path of the file, when one was written. */
  readonly file?: string
}

/** CONFIG_USAGE for an unknown format, or a file that cannot be written. */
export async function writeReport(workspace: ReadableWorkspace, {format, run, file}: ReportRequest): Promise<WrittenReport> {
  const {name, render} = await loadReportFormat(format)
  const report = await readQualityReport(workspace, run)
  const text = render(report)
  if (file === undefined) return {format: name, report, text}
  const target = path.resolve(file)
  await writeFile(target, text, {mode: 0o600}).catch((cause: unknown) => {
    throw new HippoError('CONFIG_USAGE', {message: `${file} cannot be written (${systemCode(cause) ?? 'unknown'})`, cause})
  })
  return {format: name, report, text, file: target}
}
