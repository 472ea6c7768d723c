// Flags of the commands that decide about rejected rows.
import type {ReviewRequest} from '../../core/index.ts'
import {placeFlags, runFlags, runOptions} from './flags.ts'
import {Args, Flags} from './oclif.ts'

export const reviewArguments = {dataset: Args.string({description: 'Dataset', required: true})}

/** On every command that decides. */
export const decisionFlags = {
  ...placeFlags,
  'dry-run': runFlags['dry-run'],
  'wait-lock': runFlags['wait-lock'],
  'idempotency-key': runFlags['idempotency-key'],
  yes: Flags.boolean({char: 'y', summary: 'Do not ask'}),
}

/** Which rows, of the commands that choose them by why and when they were rejected. */
export const choiceFlags = {
  ...decisionFlags,
  check: Flags.string({helpValue: 'CHECK', multiple: true, default: [], summary: 'Only rows that broke this check; may be repeated'}),
  batch: Flags.integer({helpValue: 'NUMBER', min: 1, summary: 'Only rows of this delivery'}),
  reason: Flags.string({helpValue: 'TEXT', summary: 'Why; kept with the rows and in the audit log; name nobody'}),
}

/** A request from them. */
export function reviewRequest(
  dataset: string,
  flags: Parameters<typeof runOptions>[0] & {
    readonly check: readonly string[]
    readonly batch?: number | undefined
    readonly reason?: string | undefined
  },
): Omit<ReviewRequest, 'action'> {
  const {check: checks, batch, reason} = flags
  return {
    dataset,
    checks,
    ...(batch === undefined ? {} : {batch}),
    ...(reason === undefined ? {} : {reason}),
    ...runOptions(flags),
  }
}
