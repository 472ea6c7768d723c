// What an ingest of which a part failed says of itself. All troubles are in the message, the worst first: what only a person
// can mend (exit 4), what a later try mends (75), what is refused for good (3); the worst gives code and exit code. Files
// that are refused for good are no failure by themselves. Pure.
import {HippoError} from '../errors/hippo-error.ts'
import type {CapturedFile} from '../model/run.ts'

/** The error of an ingest in which something could not be read; undefined when everything could. `unlisted` are sources. */
export function ingestTrouble(files: readonly CapturedFile[], unlisted: readonly HippoError[]): HippoError | undefined {
  const rejected = files.filter(({state}) => state === 'rejected')
  const unreadable = rejected.filter(({reason}) => reason === 'file.unreadable').length
  const changed = rejected.filter(({reason}) => reason === 'file.changed').length
  const refused = rejected.length - unreadable - changed
  const said = [
    ...unlisted.map(({message}) => message),
    ...say(unreadable, 'cannot be read', 'cannot be read'),
    ...say(changed, 'changed while it was read', 'changed while they were read'),
    ...say(refused, 'is refused for good', 'are refused for good'),
  ].join('; ')
  const message = `${said}; what else there was is captured`
  const [first] = unlisted
  if (first) return new HippoError(first.code, {message, ...(first.hint === undefined ? {} : {hint: first.hint}), cause: first})
  if (unreadable > 0)
    return new HippoError('SOURCE_UNREADABLE', {message, hint: 'check the permissions of the files that are listed as file.unreadable'})
  return changed > 0 ? new HippoError('SOURCE_CHANGED', {message}) : undefined
}

function say(count: number, one: string, several: string): readonly string[] {
  if (count === 0) return []
  return [count === 1 ? `1 file ${one}` : `${count} files ${several}`]
}
