// A staged file knows what it was staged for, so that a commit to another table, or to one with other columns, is refused: every
// reader would take the file's footer for the damage of a table. The log does not get to know it. Files that come from a log
// (a restore, a rebuild) carry no such mark: they were checked when they were staged.
import type {AddAction, CdcAction} from './actions.ts'
import {type Field, isSameType, printType} from './schema.ts'
import {invalidRequest} from './table-errors.ts'

export interface Staging {
  readonly table: string
  /** Columns of the file. */
  readonly fields: readonly Field[]
}

export type Staged<Action extends AddAction | CdcAction> = Action & {readonly staged: Staging}

function stagingOf(file: AddAction | CdcAction): Staging | undefined {
  return 'staged' in file ? (file as Staged<typeof file>).staged : undefined
}

/** The file as the log tells it. */
export function toAction<Action extends AddAction | CdcAction>(file: Action): Action {
  const {staged: _staged, ...action} = file as Partial<Staged<AddAction>>
  return action as Action
}

/** Throws TABLE_REQUEST_INVALID for the first file that is none of the table as the commit makes it. */
export function assertFilesFit({table, fields}: Staging, files: readonly (AddAction | CdcAction)[]): void {
  for (const file of files) {
    if (Object.keys(file.partitionValues).length > 0) throw invalidRequest(table, 'a file has partition values, the table no partitions')
    const staging = stagingOf(file)
    if (staging === undefined) continue
    if (staging.table !== table) throw invalidRequest(table, `a file was staged for table ${staging.table}`)
    const misfit = misfitOf(staging.fields, fields)
    if (misfit !== undefined) throw invalidRequest(table, `a file does not fit it: ${misfit}`)
  }
}

function misfitOf(written: readonly Field[], wanted: readonly Field[]): string | undefined {
  const byName = new Map(wanted.map((field) => [field.name, field]))
  for (const {name, type, nullable} of written) {
    const field = byName.get(name)
    if (field === undefined) return `the table has no column ${name}; give the commit the file's fields to add it`
    if (!isSameType(type, field.type)) return `column ${name} is ${printType(type)}, in the table ${printType(field.type)}`
    if (nullable && !field.nullable) return `column ${name} may be null, in the table not`
    byName.delete(name)
  }
  const missing = [...byName.values()].find(({nullable}) => !nullable)
  return missing && `column ${missing.name} is missing, which may not be null in the table`
}
