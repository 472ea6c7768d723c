// How much of something is looked at, as people write it: `500` or `1%`.
import {HippoError} from '../../core/errors/hippo-error.ts'
import type {Sample} from '../../core/index.ts'

/** CONFIG_USAGE for anything else than a whole number above 0, or a share above 0 and up to 100 %. */
export function readSample(text: string): Sample {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? []
  const number = Number(digits)
  if (percent === '%' && number > 0 && number <= 100) return {kind: 'percent', percent: number}
  if (percent === '' && Number.isSafeInteger(number) && number > 0) return {kind: 'count', count: number}
  throw new HippoError('CONFIG_USAGE', {
    message: '--sample wants a number of objects or a share of them',
    hint: 'for example --sample 500, or --sample 1%',
  })
}
