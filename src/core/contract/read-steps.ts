// `hippoTransform`: the normalisations of a column's text, in order, each parsed once here so that faults have a place.
import {nearest} from '../errors/nearest.ts'
import type {StepClause} from '../model/contract.ts'
import {stepKinds} from '../steps/index.ts'
import type {Extensions} from './custom-properties.ts'
import {isMap, type MapReader} from './map-reader.ts'

const name = 'hippoTransform'

/** Reads the list; an entry is a map with `step`, or a step's bare name. */
export function readSteps(property: MapReader, extensions: Extensions, {gold}: {readonly gold: boolean}): readonly StepClause[] {
  const list = extensions.raw(name)
  if (list === undefined) return []
  if (gold) extensions.report(name, {code: 'CONTRACT_STEP_INVALID', message: 'a gold column takes its values from a model, not from steps'})
  else if (!Array.isArray(list)) extensions.report(name, {code: 'CONTRACT_STEP_INVALID', message: `${name} must be a list of steps`})
  else return list.flatMap((entry, index) => readStep(property, entry, [...extensions.path(name), index]))
  return []
}

function readStep({file}: MapReader, entry: unknown, path: readonly (string | number)[]): readonly StepClause[] {
  const {step, ...params} = isMap(entry) ? entry : {step: entry}
  const at = file.locate(path)
  const invalid = (message: string, hint: string, place = at): readonly StepClause[] => {
    file.report({code: 'CONTRACT_STEP_INVALID', message, hint, at: place})
    return []
  }
  if (typeof step !== 'string') return invalid('a step must be a map that names its step', 'for example {step: trim}')
  const kind = stepKinds.get(step)
  if (kind === undefined) {
    const close = nearest(step, stepKinds.keys())
    const hint = close === undefined ? `known: ${[...stepKinds.keys()].join(', ')}` : `did you mean ${close}?`
    return invalid(`unknown step ${step}`, hint, isMap(entry) ? file.locate([...path, 'step']) : at)
  }
  try {
    kind.parse(params, at)
    return [{kind: step, params, at}]
  } catch (error) {
    file.reportError(error, (param) => file.locate([...path, param]))
    return []
  }
}
