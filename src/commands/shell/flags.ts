// Flags that mean the same on every command.

import type {ConfigFlags, RunOptions} from '../../core/index.ts'
import {Flags} from './oclif.ts'

const global = {helpGroup: 'GLOBAL'} as const

/** On every command; --json comes from oclif. bin/run.js takes --no-color out before anything is loaded: here it is for the help. */
export const globalFlags = {
  quiet: Flags.boolean({...global, char: 'q', summary: 'Say nothing unless something is wrong'}),
  'no-input': Flags.boolean({...global, summary: 'Never ask; a missing value is an error'}),
  'no-color': Flags.boolean({...global, summary: 'No colour [env: NO_COLOR]'}),
  workspace: Flags.string({
    ...global,
    char: 'w',
    helpValue: 'DIR',
    summary: 'Folder with hippo.yaml (default: search upward) [env: HIPPO_WORKSPACE]',
  }),
}

/** On commands that read or write a workspace's data. */
export const placeFlags = {
  lake: Flags.string({...global, helpValue: 'DIR', summary: 'Use another lake [env: HIPPO_LAKE]'}),
  database: Flags.string({
    ...global,
    helpValue: 'URL',
    summary: 'Use another database; arguments are visible to others, so give passwords by variable [env: HIPPO_DATABASE_URL]',
  }),
}

/** On verbs that change something. */
export const runFlags = {
  'dry-run': Flags.boolean({summary: 'Show what would happen and change nothing'}),
  'wait-lock': Flags.integer({helpValue: 'SECONDS', min: 0, default: 0, summary: 'Wait this long for what another run holds'}),
  'idempotency-key': Flags.string({
    helpValue: 'KEY',
    summary: 'When a run with this key succeeded before, answer with its result and do nothing',
  }),
  'idle-exit': Flags.integer({
    helpValue: 'CODE',
    min: 0,
    max: 255,
    summary: 'Exit with this code when there was nothing to do (Airflow skips on 99)',
  }),
}

/** On verbs that erase. */
export const bypassGovernanceFlag = Flags.boolean({
  summary: 'Erase what lies under a governance lock of the bucket; the credentials need s3:BypassGovernanceRetention',
})

/** On verbs that promote captured batches. */
export const intervalFlags = {
  since: Flags.string({helpValue: 'TIME', summary: 'The interval begins here; what still waits from before comes first, and is told'}),
  until: Flags.string({helpValue: 'TIME', summary: 'Leave what was captured from here on for a later interval'}),
}

/** Values of the flags above that settings are taken from. */
export interface PlaceValues {
  readonly workspace?: string | undefined
  readonly lake?: string | undefined
  readonly database?: string | undefined
}

/** The topmost layer of the configuration. */
export function configFlags({workspace, lake, database}: PlaceValues): ConfigFlags {
  return {
    ...(workspace === undefined ? {} : {workspace}),
    ...(lake === undefined ? {} : {lake}),
    ...(database === undefined ? {} : {database}),
  }
}

/** Run options of a verb from its flags. */
export function runOptions(flags: {
  readonly 'dry-run': boolean
  readonly 'wait-lock': number
  readonly 'idempotency-key'?: string | undefined
}): Pick<RunOptions, 'dryRun' | 'waitLockSeconds' | 'idempotencyKey'> {
  const key = flags['idempotency-key']
  return {dryRun: flags['dry-run'], waitLockSeconds: flags['wait-lock'], ...(key === undefined ? {} : {idempotencyKey: key})}
}
