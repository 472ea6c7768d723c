// What is said of a log that lost its end, an entry or a checkpoint: what is broken, and which versions can still be read.
import {HippoError} from '../errors/hippo-error.ts'
import {type CheckpointFiles, commitKey, type LogListing, lastCheckpointKey} from './log-files.ts'
import {corruptTable, unknownVersion, withRepair} from './table-errors.ts'

/** A version that was to be read. */
interface Wanted {
  readonly table: string
  readonly version: number
  readonly listing: LogListing
}

/** Checkpoints, hints and checksums are written after the commit they name: a log that ends before it has lost commits. */
export function lostEnd(table: string, hinted: number, latest: number | undefined, proof = lastCheckpointKey(table)): HippoError {
  const end = latest === undefined ? 'holds no version' : `ends at version ${latest}`
  const what = `the log ${end} though version ${hinted} was committed`
  const hint =
    latest === undefined
      ? undefined
      : `version ${latest} can still be read; bring the others back from a copy of the log, or, when there never were any, remove ${proof.slice(table.length + 1)}`
  return corruptTable({table, version: hinted, key: commitKey(table, hinted)}, what, undefined, hint)
}

/** The commits that the checkpoint stands for are cleaned up. */
export function noneReadable(failure: unknown, {table, version}: Pick<Wanted, 'table' | 'version'>): unknown {
  if (!(failure instanceof HippoError)) return failure
  const {message, details} = failure
  const hint = withRepair(table, `no version up to ${version} can be read without it; bring it back from a copy of the log`)
  return new HippoError('TABLE_CORRUPT', {message, hint, details, cause: failure})
}

/** `missing` has no commit: it was cleaned up, or lost. */
export function missingEntry({table, version, listing}: Wanted, missing: number, base: CheckpointFiles | undefined): unknown {
  const isCleanedUp =
    base === undefined && !listing.commits.has(0) && listing.checkpoints.some((checkpoint) => checkpoint.version > version)
  if (isCleanedUp) {
    const oldest = listing.checkpoints.findLast((checkpoint) => checkpoint.version > version)?.version
    return unknownVersion(table, `version ${version} is older than its log reaches; the oldest that can be read is version ${oldest}`)
  }
  const gap = corruptTable({table, version: missing, key: commitKey(table, missing)}, 'this commit is missing from the log')
  return stillReadable(table, gap, missing, base)
}

/** Says up to which version the table can be read when the entry of `broken` cannot. */
export function stillReadable(table: string, error: unknown, broken: number, base: CheckpointFiles | undefined): unknown {
  if (!(error instanceof HippoError) || error.code !== 'TABLE_CORRUPT') return error
  const oldest = base?.version ?? 0
  const range = oldest === broken - 1 ? `version ${oldest}` : `versions ${oldest} to ${broken - 1}`
  const hint =
    broken > oldest
      ? `${range} can still be read; bring the entry back from a copy of the log to read the others`
      : 'no version can be read without it; bring the entry back from a copy of the log'
  const {message, details, cause} = error
  return new HippoError('TABLE_CORRUPT', {
    message,
    hint: withRepair(table, hint),
    ...(details ? {details} : {}),
    ...(cause === undefined ? {} : {cause}),
  })
}
