// Which errors say that a run was refused before it did anything: what was asked for made no sense, or another run was at it.
// They were the caller's to read then and there; nothing of a dataset is worse for them, and nothing waits for a person.
import {type ErrorCode, errorKinds} from '../errors/codes.ts'

const others: readonly ErrorCode[] = ['RUN_LOCKED', 'TABLE_CONFLICT', 'TABLE_VERSION_UNKNOWN', 'WAREHOUSE_NOTHING_LIVE']

/** Codes of errors that leave the state of every dataset as it was. */
export const refusals: readonly string[] = [...Object.keys(errorKinds).filter((code) => code.startsWith('CONFIG_')), ...others]
