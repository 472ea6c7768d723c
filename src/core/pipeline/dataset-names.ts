// What is said of a name on the command line that means no dataset or model, or two.
import {HippoError} from '../errors/hippo-error.ts'
import {nearest} from '../errors/nearest.ts'

/** `hint` says how to say which is meant. */
export function nameOfBoth(name: string, hint: string): HippoError {
  return new HippoError('CONFIG_DATASET_UNKNOWN', {message: `${name} is a dataset of silver and a model of gold`, hint})
}

/** `what` begins the sentence: "There is no dataset". */
export function unknownName(
  what: string,
  name: string,
  known: readonly string[],
  hint = 'see what there is with hippo status',
): HippoError {
  const guess = nearest(name, known)
  return new HippoError('CONFIG_DATASET_UNKNOWN', {message: `${what} ${name}.${guess ? ` Did you mean ${guess}?` : ''}`, hint})
}
