// The models a request needs, parsed and in the order of their dependencies, and the contract each answers to.
import {referencedDatasets} from '../contract/referenced-datasets.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {nearest} from '../errors/nearest.ts'
import {type Contract, layerOf} from '../model/contract.ts'
import {orderModels, type ParsedModel, parseModel, withDependencies} from '../warehouse/models.ts'
import type {ModelFile} from './ports.ts'

/** Named models and those they read, or all. CONFIG_MODEL_UNKNOWN, WAREHOUSE_MODEL_INVALID or CONTRACT_NOT_FOUND with the place. */
export async function selectModels(
  files: readonly ModelFile[],
  contracts: readonly Contract[],
  names: readonly string[],
): Promise<readonly ParsedModel[]> {
  refuseUnknownModels(files, names)
  const parsed = await Promise.all(files.map((file) => parseModel(file)))
  const datasets = contracts.filter((contract) => layerOf(contract) === 'silver').map((contract) => contract.dataset)
  const ordered = orderModels(parsed, datasets)
  for (const model of ordered) goldContract(contracts, model.name)
  const audited = referencesFirst(ordered, contracts)
  return names.length === 0 ? audited : withDependencies(audited, names)
}

/** The contract of a model; CONTRACT_NOT_FOUND when nobody promised anything about it. */
export function goldContract(contracts: readonly Contract[], model: string): Contract {
  const contract = contracts.find((one) => layerOf(one) === 'gold' && one.dataset === model)
  if (contract) return contract
  throw new HippoError('CONTRACT_NOT_FOUND', {
    message: `model ${model} has no contract`,
    hint: `write contracts/gold.${model}.odcs.yaml with hippoMaterialization: table or view`,
  })
}

/** `gold.NAME` is the model NAME, as other verbs call it. */
export const modelNames = (names: readonly string[]): readonly string[] => names.map((name) => name.replace(/^gold\./, ''))

/** CONFIG_MODEL_UNKNOWN for a name that no model has. */
export function refuseUnknownModels(files: readonly ModelFile[], names: readonly string[]): void {
  const known = files.map((file) => file.name)
  for (const name of names) {
    if (known.includes(name)) continue
    const guess = nearest(name, known)
    throw new HippoError('CONFIG_MODEL_UNKNOWN', {
      message: `There is no model ${name}.${guess ? ` Did you mean ${guess}?` : ''}`,
      hint: known.length > 0 ? `models of this workspace: ${known.join(', ')}` : 'write a select in models/',
    })
  }
}

/** The same models, those that a contract refers to before it, wherever the order of their SQL allows. */
function referencesFirst(models: readonly ParsedModel[], contracts: readonly Contract[]): readonly ParsedModel[] {
  const byName = new Map(models.map((model) => [model.name, model]))
  const readBy = (model: ParsedModel) => model.references.flatMap(({layer, name}) => (layer === 'gold' ? (byName.get(name) ?? []) : []))
  const reads = (model: ParsedModel, other: string): boolean => readBy(model).some((next) => next.name === other || reads(next, other))
  const ordered = new Set<ParsedModel>()
  const started = new Set<string>()
  const visit = (model: ParsedModel): void => {
    if (started.has(model.name)) return
    started.add(model.name)
    const referred = referencedDatasets(goldContract(contracts, model.name)).flatMap((name) => byName.get(name) ?? [])
    for (const next of [...readBy(model), ...referred.filter((other) => !reads(other, model.name))]) visit(next)
    ordered.add(model)
  }
  for (const model of models) visit(model)
  return [...ordered]
}
