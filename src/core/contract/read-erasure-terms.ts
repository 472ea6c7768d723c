// What a dataset's contract says about erasing its rows: whose they are, whether a hold forbids it, how long rejected ones stay.
import type {Column, Contract} from '../model/contract.ts'
import type {Extensions} from './custom-properties.ts'

type ErasureTerms = Pick<Contract, 'isDataSubject' | 'personColumns' | 'holdsNoPersons' | 'legalHold' | 'quarantineRetentionDays'>

export function readErasureTerms(
  extensions: Extensions,
  {key, gold, columns}: {readonly key: readonly string[]; readonly gold: boolean; readonly columns: readonly Column[]},
): ErasureTerms {
  const legalHold = extensions.text('hippoLegalHold')
  const subject = readDataSubject(extensions, {key, gold, columns})
  const isDataSubject = subject === true
  const holdsNoPersons = readNoPersons(extensions, isDataSubject)
  const quarantineRetentionDays = readDays(extensions)
  return {
    ...(isDataSubject ? {isDataSubject} : {}),
    ...(typeof subject === 'object' ? {personColumns: subject} : {}),
    ...(holdsNoPersons ? {holdsNoPersons} : {}),
    ...(legalHold === undefined ? {} : {legalHold}),
    ...(quarantineRetentionDays === undefined ? {} : {quarantineRetentionDays}),
  }
}

/** True: each row is a person. A column, or a list of them: whose references say whose a row is. */
function readDataSubject(
  extensions: Extensions,
  {key, gold, columns}: {readonly key: readonly string[]; readonly gold: boolean; readonly columns: readonly Column[]},
): boolean | readonly string[] {
  const value = extensions.raw('hippoDataSubject')
  if (value === undefined || value === false) return false
  const report = (message: string) => extensions.report('hippoDataSubject', {message})
  if (gold) report('hippoDataSubject belongs to silver datasets: gold is made from them')
  if (value === true && key.length !== 1)
    report(`hippoDataSubject needs a primary key of one column that names the person; this has ${key.length}`)
  if (value === true) return true
  const names: readonly unknown[] = Array.isArray(value) ? value : [value]
  const found = names.filter((name): name is string => columns.some((column) => column.name === name))
  if (found.length > 0 && found.length === names.length && new Set(found).size === found.length) return found
  report('hippoDataSubject must be true, or false, or name columns of the dataset, each once')
  return false
}

function readNoPersons(extensions: Extensions, isDataSubject: boolean): boolean {
  const value = extensions.raw('hippoNoPersonData')
  if (value === undefined || value === false) return false
  if (value !== true) extensions.report('hippoNoPersonData', {message: 'hippoNoPersonData must be true or false'})
  else if (isDataSubject) extensions.report('hippoNoPersonData', {message: 'a dataset of persons (hippoDataSubject) holds their data'})
  return value === true
}

function readDays(extensions: Extensions): number | undefined {
  const value = extensions.raw('hippoQuarantineRetentionDays')
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  extensions.report('hippoQuarantineRetentionDays', {message: 'hippoQuarantineRetentionDays must be a whole number above 0'})
  return undefined
}
