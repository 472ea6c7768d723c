// The registry of report formats; each is loaded when it is asked for.
import {HippoError} from '../../errors/hippo-error.ts'
import {nearest} from '../../errors/nearest.ts'
import type {ReportFormat} from './define-format.ts'

const formats: Readonly<Record<string, () => Promise<ReportFormat>>> = {
  md: async () => (await import('./markdown.ts')).markdown,
  json: async () => (await import('./json.ts')).json,
  junit: async () => (await import('./junit.ts')).junit,
  oors: async () => (await import('./oors.ts')).oors,
  openlineage: async () => (await import('./openlineage.ts')).openlineage,
  dqd: async () => (await import('./dqd.ts')).dqd,
}

export const reportFormatNames: readonly string[] = Object.keys(formats)

/** CONFIG_USAGE for a name that is no format. */
export async function loadReportFormat(name: string): Promise<ReportFormat> {
  const load = Object.hasOwn(formats, name) ? formats[name] : undefined
  if (load !== undefined) return load()
  const close = nearest(name, reportFormatNames)
  throw new HippoError('CONFIG_USAGE', {
    message: `there is no report format ${name}`,
    hint: close === undefined ? `known: ${reportFormatNames.join(', ')}` : `did you mean ${close}?`,
  })
}
