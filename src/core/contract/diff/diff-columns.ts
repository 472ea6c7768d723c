// Differences between the columns of two contracts: which are there, under which type, and how their text is read.

import {type Column, isProtected} from '../../model/contract.ts'
import type {ContractChange, Side} from '../../model/contract-change.ts'
import {scalarType} from '../scalar-type.ts'
import {change, isSame} from './change.ts'
import type {ColumnPairs} from './diff-clauses.ts'

export interface ColumnDiff extends ColumnPairs {
  readonly changes: readonly ContractChange[]
}

export function diffColumns(before: readonly Column[], after: readonly Column[]): ColumnDiff {
  const old = new Map(before.map((column) => [column.name, column]))
  const names = new Set(after.map(({name}) => name))
  const added = after.filter(({name}) => !old.has(name))
  const removed = before.filter(({name}) => !names.has(name))
  const heirs = new Map(removed.map((column) => [column, added.find((one) => isHeir(column, one))]))
  const pairs = after.flatMap((column) => {
    const earlier = old.get(column.name)
    return earlier === undefined ? [] : [[earlier, column] as const]
  })
  return {
    added: new Set(added.map(({name}) => name)),
    removed: new Set(removed.map(({name}) => name)),
    retyped: new Set(pairs.filter(([from, to]) => isRetyped(from, to)).map(([, {name}]) => name)),
    changes: [
      ...pairs.flatMap(([from, to]) => diffColumn(from, to)),
      ...added.filter((column) => ![...heirs.values()].includes(column)).map(addedColumn),
      ...removed.map((column) => removedColumn(column, heirs.get(column))),
    ],
  }
}

const headersOf = ({name, sources}: Column): readonly string[] => (sources.length === 0 ? [name] : sources)

/** The same type from the same column of the files, under another name. */
const isHeir = (column: Column, other: Column): boolean =>
  !isRetyped(column, other) && headersOf(column).some((name) => headersOf(other).includes(name))

const isRetyped = (before: Column, after: Column): boolean =>
  before.logicalType !== after.logicalType || !isSame(scalarType(before), scalarType(after))

function addedColumn(column: Column): ContractChange {
  const {name, at, required} = column
  const message = `column ${name} (${sayType(column)}) is new${required ? ' and required: files without it are refused' : ''}`
  return change('columnAdded', message, {column: name, at, breaks: required ? ['writers'] : []})
}

function removedColumn({name}: Column, heir: Column | undefined): ContractChange {
  if (heir === undefined) return change('columnRemoved', `column ${name} is gone`, {column: name, breaks: ['readers']})
  return change('columnRenamed', `column ${name} is called ${heir.name}`, {column: name, at: heir.at, breaks: ['readers']})
}

function diffColumn(before: Column, after: Column): readonly ContractChange[] {
  const {name, at} = after
  const changes: ContractChange[] = []
  const tell = (message: string, breaks: readonly Side[] = []): void =>
    void changes.push(change('columnChanged', `column ${name} ${message}`, {column: name, at, breaks}))
  if (isRetyped(before, after)) changes.push(retyped(before, after))
  const [lost, won] = [missingFrom(headersOf(before), headersOf(after)), missingFrom(headersOf(after), headersOf(before))]
  if (lost.length > 0) tell(`is no longer taken from ${lost.join(', ')}`, ['writers'])
  if (won.length > 0) tell(`may be called ${won.join(', ')} in files`)
  if (!isSame(stepsOf(before), stepsOf(after))) tell('is cleaned by other steps: the same text may give another value', ['readers'])
  if (!isRetyped(before, after)) {
    const [from, to] = [formatsOf(before), formatsOf(after)]
    if (missingFrom(from, to).length > 0) tell('is read in other date formats', ['writers'])
    else if (!isSame(from, to)) tell(`is read as ${missingFrom(to, from).join(', ')}, too`)
  }
  if (before.offsetRequired !== after.offsetRequired)
    tell(after.offsetRequired ? 'needs an offset in every time' : 'takes times without an offset', after.offsetRequired ? ['writers'] : [])
  if (before.plainNumber !== after.plainNumber)
    tell(after.plainNumber ? 'takes no signs and exponents' : 'takes signs and exponents', after.plainNumber ? ['writers'] : [])
  if (isProtected(before) !== isProtected(after)) tell(isProtected(after) ? 'is masked where people look' : 'is no longer masked')
  return changes
}

function retyped(before: Column, after: Column): ContractChange {
  const [from, to] = [before, after].map(sayType)
  const message = `column ${after.name} of type ${from} becomes ${to}`
  const breaks: readonly Side[] = isReadAs(before, after) ? ['readers'] : ['readers', 'writers']
  return change('columnRetyped', message, {column: after.name, at: after.at, breaks})
}

const sayType = ({logicalType, physicalType}: Column): string =>
  physicalType === undefined ? logicalType : `${logicalType} ${physicalType}`

/** Whether every text that was one type is the other, too. */
function isReadAs({logicalType: from}: Column, {logicalType: to, physicalType}: Column): boolean {
  return to === 'string' || (from === 'integer' && to === 'number' && physicalType === undefined)
}

/** ISO 8601 where nothing is said; of timestamps that is more than any one pattern. */
const formatsOf = ({formats, logicalType}: Column): readonly string[] =>
  formats.length > 0 ? formats : [logicalType === 'date' ? 'yyyy-MM-dd' : 'ISO 8601']

const stepsOf = ({steps}: Column) => steps.map(({kind, params}) => ({kind, params}))
const missingFrom = (names: readonly string[], others: readonly string[]): readonly string[] =>
  names.filter((name) => !others.includes(name))
