// Differences between what two contracts say of the dataset as a whole: its key, how rows are written, how long they are kept.

import {type Contract, primaryKey} from '../../model/contract.ts'
import type {ContractChange, Side} from '../../model/contract-change.ts'
import {change, isSame} from './change.ts'

export function diffTerms(before: Contract, after: Contract): readonly ContractChange[] {
  return [
    ...diffKey(before, after),
    ...diffPromises(before, after),
    ...diffSource(before, after),
    ...otherTerms.flatMap((term) => diffTerm(term, before, after)),
  ]
}

const both: readonly Side[] = ['readers', 'writers']

function diffKey(before: Contract, after: Contract): readonly ContractChange[] {
  const [from, to] = [primaryKey(before), primaryKey(after)]
  const say = (key: readonly string[]): string => (key.length === 0 ? 'none' : key.join(', '))
  const key = isSame(from, to) ? [] : [change('keyChanged', `the primary key was ${say(from)}, and is ${say(to)}`, {breaks: both})]
  if (before.writeMode === after.writeMode) return key
  return [...key, change('termChanged', `rows are written by ${after.writeMode}, no longer by ${before.writeMode}`, {breaks: both})]
}

/** A contract that does not say its source takes the one of hippo.yaml: only two that are written can differ. */
function diffSource({source: from}: Contract, {source: to}: Contract): readonly ContractChange[] {
  if (from === undefined || to === undefined || isSame(from, to)) return []
  const say = ({source, dataset}: NonNullable<Contract['source']>): string => `${source}.${dataset}`
  return [change('termChanged', `rows came from ${say(from)}, and come from ${say(to)}`)]
}

function diffPromises(before: Contract, after: Contract): readonly ContractChange[] {
  const changes: ContractChange[] = []
  const tell = (message: string, breaks: readonly Side[]): void => void changes.push(change('termChanged', message, {breaks}))
  const hours = ({freshnessHours = Number.POSITIVE_INFINITY}: Contract): number => freshnessHours
  const sayHours = (of: Contract): string => (of.freshnessHours === undefined ? 'not promised' : `promised within ${of.freshnessHours} h`)
  if (hours(before) !== hours(after))
    tell(`fresh data was ${sayHours(before)}, and is ${sayHours(after)}`, hours(after) > hours(before) ? ['readers'] : [])
  const days = ({retention}: Contract): number => retention?.days ?? Number.POSITIVE_INFINITY
  const sayDays = ({retention}: Contract): string => (retention === undefined ? 'for ever' : `for ${retention.days} days`)
  if (!isSame(before.retention, after.retention))
    tell(`rows were kept ${sayDays(before)}, and are kept ${sayDays(after)}`, days(after) < days(before) ? ['readers'] : [])
  if (before.maxQuarantinePercent !== after.maxQuarantinePercent) {
    const breaks: readonly Side[] = after.maxQuarantinePercent < before.maxQuarantinePercent ? ['writers'] : []
    tell(`up to ${after.maxQuarantinePercent} % of rows may be rejected, no longer ${before.maxQuarantinePercent} %`, breaks)
  }
  if (before.onIncompleteFile !== after.onIncompleteFile)
    tell(
      `a cut file: ${after.onIncompleteFile}, no longer ${before.onIncompleteFile}`,
      after.onIncompleteFile === 'gate' ? ['writers'] : [],
    )
  return changes
}

interface Term {
  readonly name: string
  readonly of: (contract: Contract) => unknown
}

const otherTerms: readonly Term[] = [
  {name: 'status', of: ({status}) => status},
  {name: 'hippoMaterialization', of: ({materialization}) => materialization},
  {name: 'hippoCompatibility', of: ({compatibility}) => compatibility},
  {name: 'hippoDataSubject', of: ({isDataSubject, personColumns}) => isDataSubject ?? personColumns?.join(', ')},
  {name: 'hippoNoPersonData', of: ({holdsNoPersons}) => holdsNoPersons},
  {name: 'hippoLegalHold', of: ({legalHold}) => (legalHold === undefined ? undefined : 'a hold')},
  {name: 'hippoQuarantineRetentionDays', of: ({quarantineRetentionDays}) => quarantineRetentionDays},
  {name: 'hippoConstraints', of: ({hasConstraints}) => hasConstraints},
  {name: 'hippoChangeDataFeed', of: ({changeDataFeed}) => changeDataFeed},
  {name: 'hippoClusterBy', of: ({clusterBy}) => clusterBy?.join(', ')},
]

function diffTerm({name, of}: Term, before: Contract, after: Contract): readonly ContractChange[] {
  const [from, to] = [of(before), of(after)]
  if (isSame(from, to)) return []
  return [change('termChanged', `${name} was ${String(from ?? 'not set')}, and is ${String(to ?? 'not set')}`)]
}
