// The contracts a request names, or all of them; an unknown name suggests the nearest one.
import {type Contract, layerOf} from '../model/contract.ts'
import {unknownName} from './dataset-names.ts'

/** Contracts of datasets that rows arrive for: all but those of gold models. */
export const silverContracts = (contracts: readonly Contract[]) => contracts.filter((contract) => layerOf(contract) === 'silver')

/** The named contracts in the order of `contracts`; all when none is named. CONFIG_DATASET_UNKNOWN for a name that is not there. */
export function selectDatasets(contracts: readonly Contract[], names: readonly string[]): readonly Contract[] {
  const known = contracts.map((contract) => contract.dataset)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    const hint = known.length > 0 ? `datasets of this workspace: ${known.join(', ')}` : 'write a contract in contracts/'
    throw unknownName('There is no dataset', unknown, known, hint)
  }
  return names.length === 0 ? contracts : contracts.filter((contract) => names.includes(contract.dataset))
}
