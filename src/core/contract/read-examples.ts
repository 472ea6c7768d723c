// `hippoExamples`: rows as a sender may write them, each with the checks it breaks. They are documentation, and `hippo contract test`
// holds the contract to them. A column that an example leaves out is as in the first one, so that each shows one thing.
import type {Contract, ExampleRow} from '../model/contract.ts'
import type {Extensions} from './custom-properties.ts'
import {isMap} from './map-reader.ts'

const keys = ['row', 'breaks', 'becomes', 'because']

export function readExamples(extensions: Extensions, {gold}: {readonly gold: boolean}): Pick<Contract, 'examples'> {
  const raw = extensions.raw('hippoExamples')
  if (raw === undefined) return {}
  const report = (message: string): void => extensions.report('hippoExamples', {message: `hippoExamples: ${message}`})
  if (gold) report('a model makes its rows from tables; examples are for received rows')
  if (!Array.isArray(raw) || raw.length === 0) {
    report('must be a list of rows, each {row: {…}, breaks: […]}')
    return {}
  }
  const examples = raw.map((entry: unknown, index) => readExample(entry, (message) => report(`example ${index + 1} ${message}`)))
  return {examples: examples.filter((example) => example !== undefined)}
}

function readExample(entry: unknown, report: (message: string) => void): ExampleRow | undefined {
  if (!isMap(entry) || !isMap(entry.row)) {
    report('must have a row: a map of columns to texts')
    return undefined
  }
  const unknown = Object.keys(entry).find((key) => !keys.includes(key))
  if (unknown !== undefined) report(`has an unknown key ${unknown}`)
  const {breaks = [], becomes} = entry
  if (!Array.isArray(breaks) || !breaks.every((id) => typeof id === 'string')) {
    report('must list the ids of checks under breaks')
    return undefined
  }
  if (becomes !== undefined && !isMap(becomes)) report('must map columns to values under becomes')
  const texts = Object.entries(entry.row).map(([name, value]) => [name, value === null ? null : String(value)] as const)
  const because = typeof entry.because === 'string' ? {because: entry.because} : {}
  return {row: Object.fromEntries(texts), breaks, ...(isMap(becomes) ? {becomes} : {}), ...because}
}
