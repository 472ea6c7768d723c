// The settings in force, each with where it came from. Secrets arrive masked.
import {type Paper, paint, plain} from './paper.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

export interface SettingProps {
  readonly key: string
  readonly value: unknown
  readonly origin: string
  /** Variable, flag, or file and line. */
  readonly detail?: string
}

/** One line a setting; lists separated by commas. */
export function configurationReport(root: string, origins: readonly SettingProps[], paper: Paper): string {
  const rows = origins.map(({key, value, origin, detail}) => [
    untrusted(key),
    plain(paper, untrusted(Array.isArray(value) ? value.join(', ') : String(value))).replaceAll('•', paper.unicode ? '•' : '*'),
    paint(paper, 'quiet', detail === undefined ? origin : untrusted(detail)),
  ])
  const columns = [{title: 'setting'}, {title: 'value', flexible: true}, {title: 'from'}] as const
  return [`workspace ${untrusted(root)}`, ...table(paper, columns, rows)].join('\n')
}
