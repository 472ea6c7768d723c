// Whose rows are whose. One silver dataset says that each of its rows is a person (`hippoDataSubject`); its primary key names
// them. Every dataset with a reference to that key holds rows of persons. A dataset from which a person can be reached only
// through a third one, or through two columns, is refused: rows would be left, or rows of others lost.
import {HippoError} from '../errors/hippo-error.ts'
import {type Column, type Contract, primaryKey} from '../model/contract.ts'
import {splitGuard} from './guard.ts'
import {referencedDatasets} from './referenced-datasets.ts'

/** A dataset with the column that names the person. */
export interface PersonDataset {
  readonly contract: Contract
  readonly column: Column
}

/** The dataset of persons first, then those that refer to it. CONTRACT_* when it cannot be told whose some rows are. */
export function personDatasets(contracts: readonly Contract[]): readonly PersonDataset[] {
  const [subject, second] = contracts.filter(({isDataSubject}) => isDataSubject)
  if (!subject) {
    throw new HippoError('CONTRACT_UNSUPPORTED', {
      message: 'no contract says which dataset holds the persons',
      hint: 'mark it with the custom property hippoDataSubject: true; its primary key names the person',
    })
  }
  if (second) {
    throw new HippoError('CONTRACT_UNSUPPORTED', {
      message: `${subject.dataset} and ${second.dataset} both hold persons (hippoDataSubject): one dataset can`,
    })
  }
  const [key = ''] = primaryKey(subject)
  const referring = contracts.flatMap((contract) => {
    const column = contract === subject ? undefined : referringColumn(contract, subject.dataset, key)
    return column === undefined ? [] : [{contract, column: columnOf(contract, column)}]
  })
  const found = [{contract: subject, column: columnOf(subject, key)}, ...referring]
  refuseIndirect(contracts, found)
  return found
}

function columnOf(contract: Contract, name: string): Column {
  const column = contract.columns.find((one) => one.name === name)
  if (column) return column
  throw new HippoError('CONTRACT_UNSUPPORTED', {message: `${contract.dataset} has no column ${name}`})
}

function referringColumn(contract: Contract, dataset: string, key: string): string | undefined {
  const columns = contract.rules.flatMap(({kind, params, at}) => {
    const own = kind === 'reference' ? splitGuard(params, at).params : undefined
    const {dataset: to, on} = (own ?? {}) as {readonly dataset?: unknown; readonly on?: Readonly<Record<string, unknown>>}
    const from = to === dataset ? on?.[key] : undefined
    return typeof from === 'string' ? [from] : []
  })
  const [first, ...others] = new Set(columns)
  if (others.length === 0) return first
  throw new HippoError('CONTRACT_UNSUPPORTED', {
    message: `${contract.dataset} refers to ${dataset} by ${[first, ...others].join(' and ')}: it cannot be told whose a row is`,
    hint: 'keep the reference of the column that says whose the row is, and leave the other out',
  })
}

function refuseIndirect(contracts: readonly Contract[], found: readonly PersonDataset[]): void {
  const names = new Set(found.map(({contract}) => contract.dataset))
  for (const contract of contracts) {
    if (names.has(contract.dataset)) continue
    const through = referencedDatasets(contract).find((name) => names.has(name))
    if (through === undefined) continue
    throw new HippoError('CONTRACT_UNSUPPORTED', {
      message: `${contract.dataset} refers to ${through}, but to no person: whose its rows are cannot be told`,
      hint: `give ${contract.dataset} a column that refers to the dataset of persons`,
    })
  }
}
