// The contracts a request names, or all of them; an unknown name suggests the nearest one.
import {HippoError} from '../errors/hippo-error.ts'
import {nearest} from '../errors/nearest.ts'
import {type Contract, layerOf} from '../model/contract.ts'

/** Contracts of datasets that rows arrive for: all but those of gold models. */
export const silverContracts = (contracts: readonly Contract[]) => contracts.filter((contract) => layerOf(contract) === 'silver')

/** The named contracts in the order of `contracts`; all when none is named. CONFIG_DATASET_UNKNOWN for a name that is not there. */
export function selectDatasets(contracts: readonly Contract[], names: readonly string[]): readonly Contract[] {
  const known = contracts.map((contract) => contract.dataset)
  for (const name of names) {
    if (known.includes(name)) continue
    const guess = nearest(name, known)
    throw new HippoError('CONFIG_DATASET_UNKNOWN', {
      message: `There is no dataset ${name}.${guess ? ` Did you mean ${guess}?` : ''}`,
      hint: known.length > 0 ? `datasets of this workspace: ${known.join(', ')}` : 'write a contract in contracts/',
    })
  }
  return names.length === 0 ? contracts : contracts.filter((contract) => names.includes(contract.dataset))
}
