// Which properties a commit may give a table. A name that starts with `delta.` asks something of every writer: only what hippo itself
// keeps can be set. Other names mean nothing to Delta and are free. Any property can be taken away.
import {constraintPrefix} from './constraints.ts'
import {intervalMs} from './interval.ts'
import {invalidRequest} from './table-errors.ts'

interface ValueKind {
  readonly isOne: (value: string) => boolean
  readonly expected: string
}

const flag: ValueKind = {isOne: (value) => value === 'true' || value === 'false', expected: 'true or false'}
const interval: ValueKind = {isOne: (value) => intervalMs(value) !== undefined, expected: 'a time like interval 30 days'}

const settable: Readonly<Record<string, ValueKind>> = {
  'delta.appendOnly': flag,
  'delta.enableChangeDataFeed': flag,
  'delta.deletedFileRetentionDuration': interval,
  'delta.logRetentionDuration': interval,
}

/** Throws TABLE_REQUEST_INVALID naming the first property that hippo does not write, or not with this value. */
export function assertProperties(table: string, properties: Readonly<Record<string, string | null>>): void {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null) continue
    if (typeof value !== 'string') throw invalidRequest(table, `the value of property ${name} is no text`)
    if (!/^delta\./i.test(name) || (name.startsWith(constraintPrefix) && name !== constraintPrefix)) continue
    const kind = Object.hasOwn(settable, name) ? settable[name] : undefined
    if (kind === undefined) {
      throw invalidRequest(
        table,
        `hippo does not write property ${name}; it writes ${Object.keys(settable).join(', ')} and ${constraintPrefix}<name>`,
      )
    }
    if (!kind.isOne(value)) throw invalidRequest(table, `property ${name} has to be ${kind.expected}`)
  }
}
