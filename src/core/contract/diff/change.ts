// How one difference becomes a change: whom it breaks decides the step it asks for.
import type {Location} from '../../errors/hippo-error.ts'
import type {ChangeKind, ContractChange, Side} from '../../model/contract-change.ts'

interface ChangeParts {
  readonly breaks?: readonly Side[]
  readonly column?: string | undefined
  readonly check?: string
  readonly at?: Location
  /** Nothing but words: no machine reads them. */
  readonly isWords?: true
}

export function change(kind: ChangeKind, message: string, {breaks = [], column, check, at, isWords}: ChangeParts = {}): ContractChange {
  return {
    kind,
    ...(column === undefined ? {} : {column}),
    ...(check === undefined ? {} : {check}),
    message,
    breaks,
    step: breaks.length > 0 ? 'major' : isWords ? 'patch' : 'minor',
    ...(at === undefined ? {} : {at}),
  }
}

/** Text by which two plain values are the same, whatever the order of their keys. */
export function sameText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sameText).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined'
  const entries = Object.entries(value).filter(([, part]) => part !== undefined)
  return `{${entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, part]) => `${JSON.stringify(key)}:${sameText(part)}`)
    .join(',')}}`
}

export const isSame = (a: unknown, b: unknown): boolean => sameText(a) === sameText(b)
