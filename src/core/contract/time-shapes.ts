// How dates and times are written, read off sample texts as patterns of the portable subset (`expr/date-format.ts`). What
// cannot be told apart by its shape (day before month or after it) comes as alternatives, for the data as a whole to decide.

/** Patterns by which every sample of one shape can be read; two where day and month may be swapped. */
export interface TimeShapes {
  readonly kind: 'date' | 'timestamp'
  /** All samples are plain ISO 8601, which needs no pattern. */
  readonly isIso: boolean
  /** Every sample carries an offset. */
  readonly hasOffsets: boolean
  readonly dayFirst: readonly string[]
  /** Differs from `dayFirst` only where a shape is ambiguous. */
  readonly monthFirst: readonly string[]
  /** Day and month are separated by dots, which is written day first wherever it is used. */
  readonly isDotted: boolean
}

interface Shape {
  readonly order: 'ymd' | 'dmy'
  readonly separator: string
  /** `T`, one space or nothing. */
  readonly joint: string
  readonly hasSeconds: boolean
  readonly fraction: number
  readonly offset: '' | 'X' | 'XX' | 'XXX'
  /** Whether months, days and hours have always two digits. */
  readonly isPadded: boolean
  readonly isHourPadded: boolean
}

const form =
  /^(?:(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{1,2})([-/.])(\d{1,2})\6\d{4})(?:([T ])(\d{1,2}):\d{2}(?:(:\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/
const compactForm = /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(\d{4}(\d{2})?)?$/
const maxShapes = 3

/** The shapes of most samples, or undefined when they are no dates. `maySeeCompact`: eight digits may be a date here. */
export function timeShapes(samples: readonly string[], maySeeCompact: boolean): TimeShapes | undefined {
  if (maySeeCompact) {
    const compact = compactShapes(samples)
    if (compact !== undefined) return compact
  }
  const shapes = new Map<string, Shape>()
  let misses = 0
  for (const sample of samples) {
    const shape = shapeOf(sample)
    if (shape === undefined) misses += 1
    else keep(shapes, shape)
  }
  if (shapes.size === 0 || shapes.size > maxShapes || misses * 10 > samples.length) return undefined
  const found = [...shapes.values()]
  const isTimed = found.some(({joint}) => joint !== '')
  const isIso = found.every(({order, separator, isPadded, isHourPadded, joint, hasSeconds}) => {
    const isIsoDate = order === 'ymd' && separator === '-' && isPadded
    return isIsoDate && (isTimed ? joint !== '' && hasSeconds && isHourPadded : true)
  })
  return {
    kind: isTimed ? 'timestamp' : 'date',
    isIso,
    hasOffsets: found.every(({offset}) => offset !== ''),
    dayFirst: isIso ? [] : found.map((shape) => patternOf(shape, true)),
    monthFirst: isIso ? [] : found.map((shape) => patternOf(shape, false)),
    isDotted: found.every(({order, separator}) => order === 'ymd' || separator === '.'),
  }
}

/** HL7 v2 writes dates and times without separators. */
function compactShapes(samples: readonly string[]): TimeShapes | undefined {
  const found = samples.map((sample) => compactForm.exec(sample))
  const sound = found.filter((match) => match !== null)
  if (sound.length === 0 || (found.length - sound.length) * 10 > found.length) return undefined
  const patterns = [...new Set(sound.map(([, minutes, seconds]) => `yyyyMMdd${minutes ? 'HHmm' : ''}${seconds ? 'ss' : ''}`))].sort()
  const kind = patterns.some((pattern) => pattern.length > 8) ? 'timestamp' : 'date'
  return {kind, isIso: false, hasOffsets: false, dayFirst: patterns, monthFirst: patterns, isDotted: true}
}

function shapeOf(text: string): Shape | undefined {
  const match = form.exec(text)
  if (match === null) return undefined
  const [, year, isoSeparator = '', month = '', day = '', first = '', separator = '', second = '', joint = '', hour = ''] = match
  const [seconds, fraction = '', offset = ''] = match.slice(10)
  const parts = year === undefined ? [first, second] : [month, day]
  return {
    order: year === undefined ? 'dmy' : 'ymd',
    separator: year === undefined ? separator : isoSeparator,
    joint,
    hasSeconds: seconds !== undefined,
    fraction: fraction.length,
    offset: offset === '' ? '' : offset === 'Z' || offset.includes(':') ? 'XXX' : offset.length === 3 ? 'X' : 'XX',
    isPadded: parts.every((part) => part.length === 2),
    isHourPadded: hour.length !== 1,
  }
}

/** One shape an order, separator and set of parts: a single digit anywhere allows single digits everywhere. */
function keep(shapes: Map<string, Shape>, shape: Shape): void {
  const {order, separator, joint, hasSeconds, fraction, offset} = shape
  const key = [order, separator, joint, hasSeconds, fraction, offset].join()
  const known = shapes.get(key)
  shapes.set(key, {
    ...shape,
    isPadded: shape.isPadded && (known?.isPadded ?? true),
    isHourPadded: shape.isHourPadded && (known?.isHourPadded ?? true),
  })
}

function patternOf({order, separator, joint, hasSeconds, fraction, offset, isPadded, isHourPadded}: Shape, dayFirst: boolean): string {
  const [day, month] = isPadded ? ['dd', 'MM'] : ['d', 'M']
  const parts = order === 'ymd' ? ['yyyy', month, day] : dayFirst ? [day, month, 'yyyy'] : [month, day, 'yyyy']
  if (joint === '') return parts.join(separator)
  const time = `${isHourPadded ? 'HH' : 'H'}:mm${hasSeconds ? ':ss' : ''}${fraction === 0 ? '' : `.${'S'.repeat(fraction)}`}${offset}`
  return `${parts.join(separator)}${joint === 'T' ? "'T'" : joint}${time}`
}
