// What rules and steps refer to under one name: a dataset of the workspace, or a file beside the contract (`file:` and its path).
import type {Params} from '../errors/read-params.ts'

const filePrefix = 'file:'

/** The name under which a file's rows are asked for. */
export const fileReference = (path: string): string => `${filePrefix}${path}`

/** The path of the file that a name stands for; undefined for a dataset. */
export function referencedFile(name: string): string | undefined {
  return name.startsWith(filePrefix) ? name.slice(filePrefix.length) : undefined
}

/** Reads the parameters `dataset` or `file`, one of which has to be there. */
export function parseReference(params: Params): string {
  const [dataset, file] = [params.text('dataset'), params.text('file')]
  if (dataset !== undefined && file !== undefined) return params.fail('file', 'it takes a dataset or a file, not both')
  if (file !== undefined) return fileReference(file)
  const name = params.need('dataset', dataset)
  return referencedFile(name) === undefined ? name : params.fail('dataset', 'a file is named by the parameter file')
}

/** For people: `dataset patient`, `file units.csv`. */
export function sayReference(name: string): string {
  const file = referencedFile(name)
  return file === undefined ? `dataset ${name}` : `file ${file}`
}
