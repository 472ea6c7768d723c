// Flags of the commands that write beside rejected rows.
import type {NoteRequest} from '../../core/index.ts'
import {placeFlags, runFlags, runOptions} from './flags.ts'
import {Flags} from './oclif.ts'
import {choiceFlags} from './review-flags.ts'

export const noteFlags = {
  ...placeFlags,
  'dry-run': runFlags['dry-run'],
  'wait-lock': runFlags['wait-lock'],
  check: choiceFlags.check,
  exactly: Flags.boolean({dependsOn: ['check'], summary: 'Only rows that broke these checks and no other'}),
  batch: choiceFlags.batch,
  row: Flags.integer({helpValue: 'NUMBER', min: 1, summary: 'Only this record of its file'}),
}

/** Comments have no idempotency key: its digest of the request would be one of their words. */
export const assignFlags = {...noteFlags, 'idempotency-key': runFlags['idempotency-key']}

/** Which rows are meant. */
export function noteRequest(
  dataset: string,
  flags: Parameters<typeof runOptions>[0] & {
    readonly check: readonly string[]
    readonly exactly: boolean
    readonly batch?: number | undefined
    readonly row?: number | undefined
  },
): Omit<NoteRequest, 'note'> {
  const {check: checks, exactly, batch, row} = flags
  return {dataset, checks, exactly, ...(batch === undefined ? {} : {batch}), ...(row === undefined ? {} : {row}), ...runOptions(flags)}
}
