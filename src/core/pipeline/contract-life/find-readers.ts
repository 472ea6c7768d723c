// Who reads a dataset: gold models by their SQL, and datasets whose rules or steps refer to it, with the columns they name.
import {referenceUses} from '../../contract/referenced-datasets.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import {type Contract, layerOf} from '../../model/contract.ts'
import {parseModel} from '../../warehouse/models.ts'
import type {ModelFile} from '../ports.ts'

export interface DatasetReader {
  readonly kind: 'model' | 'contract'
  /** Of the reader: a dataset and a model may have one name. */
  readonly layer: 'silver' | 'gold'
  readonly name: string
  /** The given columns that it names; of a model also all of them, when it takes every column. */
  readonly columns: readonly string[]
  /** Why its SQL could not be read: then it was looked through as text. */
  readonly error?: string
}

/** Everybody who reads `contract`'s dataset, in name order; `columns` are those whose readers are asked for. */
export async function findReaders(
  contract: Contract,
  columns: readonly string[],
  {contracts, models}: {readonly contracts: readonly Contract[]; readonly models: readonly ModelFile[]},
): Promise<readonly DatasetReader[]> {
  const read = await Promise.all(models.map((model) => readModel(model, contract, columns)))
  const referring = contracts.flatMap((other): readonly DatasetReader[] => {
    if (layerOf(other) !== layerOf(contract) || other.dataset === contract.dataset) return []
    const uses = referenceUses(other).filter(({dataset}) => dataset === contract.dataset)
    if (uses.length === 0) return []
    const named = new Set(uses.flatMap((use) => use.columns))
    return [{kind: 'contract', layer: layerOf(other), name: other.dataset, columns: columns.filter((name) => named.has(name))}]
  })
  return [...referring, ...read.flat()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

async function readModel(model: ModelFile, contract: Contract, columns: readonly string[]): Promise<readonly DatasetReader[]> {
  const layer = layerOf(contract)
  const found = {kind: 'model', layer: 'gold', name: model.name, columns: columns.filter((name) => names(model.sql, name))} as const
  try {
    const {references} = await parseModel(model)
    return references.some((one) => one.layer === layer && one.name === contract.dataset) ? [found] : []
  } catch (error) {
    if (!(error instanceof HippoError)) throw error
    return names(model.sql, `${layer}.${contract.dataset}`) ? [{...found, error: error.message}] : []
  }
}

/** Whether the text has the word, or takes every column by a star. */
function names(sql: string, word: string): boolean {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(^|[^\\w])${escaped}($|[^\\w])`, 'i').test(sql) || /(select|,|\.)\s*\*/i.test(sql)
}
