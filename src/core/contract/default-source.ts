// Which source a silver contract takes its rows from when it does not say so.
import {HippoError} from '../errors/hippo-error.ts'
import type {Contract} from '../model/contract.ts'

/** Sources by name with the dataset keys they match. */
export type SourceKeys = Readonly<Record<string, {readonly match: Readonly<Record<string, unknown>>}>>

/**
 * The contract with its source: as written, else the one source that has a dataset key equal to the dataset's name. Gold
 * contracts and datasets that no source feeds come back as they are; CONTRACT_INVALID when several sources fit.
 */
export function withDefaultSource(contract: Contract, sources: SourceKeys): Contract {
  if (contract.source !== undefined || contract.materialization !== undefined) return contract
  const fitting = Object.entries(sources).filter(([, {match}]) => Object.hasOwn(match, contract.dataset))
  const [first, second] = fitting.map(([name]) => name)
  if (first === undefined) return contract
  if (second !== undefined) {
    throw new HippoError('CONTRACT_INVALID', {
      message: `dataset ${contract.dataset} could come from source ${first} or ${second}`,
      hint: 'say which under schema.customProperties: {property: hippoSource, value: <source>.<dataset key>}',
      at: {file: contract.path, line: 1, column: 1},
    })
  }
  return {...contract, source: {source: first, dataset: contract.dataset}}
}
