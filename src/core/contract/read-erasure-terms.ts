// What a dataset's contract says about erasing its rows: whose they are, whether a hold forbids it, how long rejected ones stay.
import type {Contract} from '../model/contract.ts'
import type {Extensions} from './custom-properties.ts'

type ErasureTerms = Pick<Contract, 'isDataSubject' | 'holdsNoPersons' | 'legalHold' | 'quarantineRetentionDays'>

export function readErasureTerms(
  extensions: Extensions,
  {key, gold}: {readonly key: readonly string[]; readonly gold: boolean},
): ErasureTerms {
  const legalHold = extensions.text('hippoLegalHold')
  const isDataSubject = readDataSubject(extensions, {key, gold})
  const holdsNoPersons = readNoPersons(extensions, isDataSubject)
  const quarantineRetentionDays = readDays(extensions)
  return {
    ...(isDataSubject ? {isDataSubject} : {}),
    ...(holdsNoPersons ? {holdsNoPersons} : {}),
    ...(legalHold === undefined ? {} : {legalHold}),
    ...(quarantineRetentionDays === undefined ? {} : {quarantineRetentionDays}),
  }
}

function readDataSubject(extensions: Extensions, {key, gold}: {readonly key: readonly string[]; readonly gold: boolean}): boolean {
  const value = extensions.raw('hippoDataSubject')
  if (value === undefined || value === false) return false
  const report = (message: string) => extensions.report('hippoDataSubject', {message})
  if (value !== true) report('hippoDataSubject must be true or false')
  else if (gold) report('hippoDataSubject belongs to the silver dataset of persons: gold is made from it')
  else if (key.length !== 1) report(`hippoDataSubject needs a primary key of one column that names the person; this has ${key.length}`)
  return value === true
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
