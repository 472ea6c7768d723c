// Arguments and flags of the verbs on one table.
import type {TimeTravel} from '../../core/index.ts'
import {parseInstant} from './instant.ts'
import {Args, Flags} from './oclif.ts'

/** A table of the lake. */
export const lakeTableArgument = {
  table: Args.string({description: 'Dataset; silver.NAME or quarantine.NAME to say which of its tables', required: true}),
}

/** On verbs that read a table, or go back to an earlier state of it. */
export const timeTravelFlags = {
  version: Flags.integer({helpValue: 'NUMBER', min: 0, summary: 'This version', exclusive: ['as-of']}),
  'as-of': Flags.string({
    helpValue: 'TIME',
    summary: 'The version that was newest at this time: a date (its midnight in UTC), yesterday, or a time with its offset',
  }),
}

/** The version that the flags ask for. */
export function timeTravelOf(flags: {readonly version?: number | undefined; readonly 'as-of'?: string | undefined}): TimeTravel {
  const {version, 'as-of': asOf} = flags
  return {...(version === undefined ? {} : {version}), ...(asOf === undefined ? {} : {asOf: parseInstant(asOf, 'as-of')})}
}
