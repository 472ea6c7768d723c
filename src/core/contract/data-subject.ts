// Whose rows are whose. One silver dataset says that each of its rows is a person (`hippoDataSubject: true`); its primary key names
// them. Rows of other datasets are of the person to whom their references lead: by one column to that key, or to rows of a third
// dataset that are the person's. Where several references lead to persons, the contract says which of them counts
// (`hippoDataSubject: COLUMN`). What cannot be followed is refused: rows would be left, or rows of others lost.
import {HippoError} from '../errors/hippo-error.ts'
import {type Column, type Contract, primaryKey} from '../model/contract.ts'
import type {DatasetName} from '../model/names.ts'
import {type Guard, guardColumns, splitGuard} from './guard.ts'
import {referencedDatasets} from './referenced-datasets.ts'
import {scalarType} from './scalar-type.ts'

/** A reference that says whose a row is. */
export interface PersonReference {
  readonly to: DatasetName
  /** The row's own columns. */
  readonly columns: readonly Column[]
  /** Columns of the other dataset that they equal, in the same order. */
  readonly theirs: readonly string[]
  /** Rows that it is about; all when absent. */
  readonly guard?: Guard
}

/** A dataset with rows of persons: `column` names the person, or `references` lead there; of a row, one is enough. */
export interface PersonDataset {
  readonly contract: Contract
  readonly columns: readonly Column[]
  readonly references: readonly PersonReference[]
}

/** The dataset of persons first, then those that lead to it. CONTRACT_UNSUPPORTED when it cannot be told whose some rows are. */
export function personDatasets(contracts: readonly Contract[]): readonly PersonDataset[] {
  const subject = subjectOf(contracts)
  const key = columnOf(subject, primaryKey(subject)[0] ?? '')
  const others = contracts.filter((contract) => contract !== subject)
  const names = {subject, key: key.name}
  const map: ReferenceMap = {...names, byDataset: new Map(others.map((contract) => [contract.dataset, referencesOf(contract, names)]))}
  const found = [{contract: subject, columns: [key], references: []}, ...others.flatMap((contract) => personDataset(contract, map) ?? [])]
  refuseUnfollowed(contracts, found)
  return found
}

function subjectOf(contracts: readonly Contract[]): Contract {
  const [subject, second] = contracts.filter(({isDataSubject}) => isDataSubject)
  if (!subject) {
    throw new HippoError('CONTRACT_UNSUPPORTED', {
      message: 'no contract says which dataset holds the persons',
      hint: 'mark it with the custom property hippoDataSubject: true; its primary key names the person',
    })
  }
  if (!second) return subject
  throw new HippoError('CONTRACT_UNSUPPORTED', {
    message: `${subject.dataset} and ${second.dataset} both hold persons (hippoDataSubject): one dataset can`,
  })
}

function columnOf(contract: Contract, name: string): Column {
  const column = contract.columns.find((one) => one.name === name)
  if (column) return column
  throw new HippoError('CONTRACT_UNSUPPORTED', {message: `${contract.dataset} has no column ${name}`})
}

interface SubjectKey {
  readonly subject: Contract
  /** The column of its primary key. */
  readonly key: string
}

interface ReferenceMap extends SubjectKey {
  readonly byDataset: ReadonlyMap<DatasetName, readonly PersonReference[]>
}

/** References that the contract declares, switched off or not; of one without rows about persons, those that name one all the same. */
function referencesOf(contract: Contract, subject: SubjectKey): readonly PersonReference[] {
  const all = contract.rules.flatMap(({kind, params, at, notCheckedBecause}) => {
    if (kind !== 'reference' || notCheckedBecause !== undefined) return []
    const {guard, params: own} = splitGuard(params, at)
    const {dataset, on} = own as {readonly dataset?: unknown; readonly on?: Readonly<Record<string, string>>}
    if (typeof dataset !== 'string' || on === undefined) return []
    const columns = Object.values(on).map((name) => columnOf(contract, name))
    return [{to: dataset, columns, theirs: Object.keys(on), ...(guard === undefined ? {} : {guard})}]
  })
  return contract.holdsNoPersons ? all.filter((reference) => personColumn(reference, subject) !== undefined) : all
}

function personDataset(contract: Contract, map: ReferenceMap): PersonDataset | undefined {
  const {dataset, personColumns} = contract
  const own = map.byDataset.get(dataset) ?? []
  const leading = own.filter((reference) => leads(reference, map, [dataset]))
  if (personColumns) return declared(contract, leading, map)
  const direct = new Set(leading.flatMap((reference) => personColumn(reference, map) ?? []))
  if (direct.size > 1)
    throw undecided(
      contract,
      [map.subject.dataset],
      [...direct].map(({name}) => name),
    )
  if (direct.size === 1) return {contract, columns: [...direct], references: []}
  if (leading.length === 0) return undefined
  const ways = Map.groupBy(leading, ({columns}) => columns.map(({name}) => name).join(', '))
  if (ways.size > 1) throw undecided(contract, [...new Set(leading.map(({to}) => to))], [...ways.keys()])
  return {contract, columns: [], references: leading}
}

/** The own column of a reference to the key that names the person. */
function personColumn({to, columns, theirs}: PersonReference, {subject, key}: SubjectKey): Column | undefined {
  return to === subject.dataset ? columns[theirs.indexOf(key)] : undefined
}

/** Whether rows that the reference points at can be a person's, without coming back to a dataset passed on the way. */
function leads({to}: PersonReference, map: ReferenceMap, passed: readonly DatasetName[]): boolean {
  if (to === map.subject.dataset) return true
  if (passed.includes(to)) return false
  return (map.byDataset.get(to) ?? []).some((next) => leads(next, map, [...passed, to]))
}

/** A reference of the dataset to itself leads on where the contract names it. */
function declared(contract: Contract, leading: readonly PersonReference[], map: ReferenceMap): PersonDataset {
  const {dataset, personColumns = []} = contract
  const toItself = (map.byDataset.get(dataset) ?? []).filter(({to}) => to === dataset)
  const named = [...leading, ...toItself].filter(({columns}) => columns.some(({name}) => personColumns.includes(name)))
  const unled = personColumns.find((name) => !named.some(({columns}) => columns.some((column) => column.name === name)))
  if (unled !== undefined || !named.some(({to}) => to !== dataset)) {
    throw new HippoError('CONTRACT_UNSUPPORTED', {
      message: `hippoDataSubject of ${dataset} names ${unled ?? personColumns.join(', ')}, which leads to no person`,
      hint: `give it a relationship to ${map.subject.dataset}.${map.key}, or to a dataset whose rows are of persons`,
    })
  }
  const columns = [...new Set(named.flatMap((reference) => personColumn(reference, map) ?? []))]
  return {contract, columns, references: named.filter((reference) => personColumn(reference, map) === undefined)}
}

function undecided({dataset}: Contract, to: readonly DatasetName[], by: readonly string[]): HippoError {
  return new HippoError('CONTRACT_UNSUPPORTED', {
    message: `${dataset} refers to ${to.join(' and ')} by ${by.join(' and ')}: it cannot be told whose a row is`,
    hint: 'say in its contract which column counts: hippoDataSubject: COLUMN, or a list where each of them does',
  })
}

/** What leads to persons without a reference that says how, or by values that are not compared exactly. */
function refuseUnfollowed(contracts: readonly Contract[], found: readonly PersonDataset[]): void {
  const names = new Set(found.map(({contract}) => contract.dataset))
  for (const contract of contracts.filter(({dataset, holdsNoPersons}) => !names.has(dataset) && !holdsNoPersons)) {
    const through = referencedDatasets(contract).find((name) => names.has(name))
    if (through !== undefined) throw unfollowed(contract, `refers to ${through}, but by no relationship`)
    const pointer = contract.rules.find(({kind, notCheckedBecause}) => kind === 'reference' && notCheckedBecause !== undefined)
    if (pointer) throw unfollowed(contract, 'has a relationship that is not written as dataset.column')
  }
  for (const {contract, references} of found) {
    for (const {to, columns, theirs, guard} of references) {
      const known = new Set(contracts.find(({dataset}) => dataset === to)?.columns.map(({name}) => name))
      const missing = theirs.find((name) => !known.has(name))
      if (missing !== undefined) throw unfollowed(contract, `refers to ${to}.${missing}, which is no column of it`)
      const inexact = columns.find((column) => scalarType(column) === 'float64')
      if (inexact) throw unfollowed(contract, `refers to ${to} by ${inexact.name}, a number without fixed digits`)
      for (const name of guard ? guardColumns(guard) : []) columnOf(contract, name)
    }
  }
}

function unfollowed({dataset}: Contract, why: string): HippoError {
  return new HippoError('CONTRACT_UNSUPPORTED', {
    message: `${dataset} ${why}: whose its rows are cannot be told`,
    hint: `give ${dataset} a relationship to the dataset of persons or to one of their rows, or hippoNoPersonData: true`,
  })
}
