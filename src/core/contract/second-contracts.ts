// One contract file a dataset: two would each promise something else. Loads the yaml package, so import it lazily where start-up
// time matters.
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {HippoError} from '../errors/hippo-error.ts'
import {type Contract, layerOf} from '../model/contract.ts'
import {openContractFile} from './contract-file.ts'

export interface SecondContract {
  /** The contract that came before it. */
  readonly first: Contract
  readonly second: Contract
}

/** Every contract about a dataset that another one is about already, with the first of them. */
export function secondContracts(contracts: readonly Contract[]): readonly SecondContract[] {
  const seen = new Map<string, Contract>()
  return contracts.flatMap((second) => {
    // A gold model may bear the name of the silver dataset it is made from.
    const key = `${layerOf(second)} ${second.dataset}`
    const first = seen.get(key)
    if (first) return [{first, second}]
    seen.set(key, second)
    return []
  })
}

/** CONTRACT_INVALID that names both files, at the name of the dataset in the second. */
export async function secondContractError({first, second}: SecondContract): Promise<HippoError> {
  const at = openContractFile(second.path, await readFile(second.path, 'utf8')).locate(['schema', 0, 'name'])
  return new HippoError('CONTRACT_INVALID', {
    message: `two contracts are about ${layerOf(second)} dataset ${second.dataset}: ${path.basename(first.path)} and ${path.basename(second.path)}`,
    hint: 'keep one contract file a dataset',
    at,
  })
}
