// What is known of a column after all its rows were looked at. Counts are exact unless they say otherwise; the values it
// holds are only those that a draft may print.
import type {Reading} from './readings.ts'

export interface ProvenReading {
  readonly reading: Reading
  /** Values that cannot be read this way. */
  readonly unreadable: number
  /** Smallest and largest value, of numbers; as ScalarValue writes them, of dates and timestamps. */
  readonly min?: number | string
  readonly max?: number | string
}

export interface ColumnProfile {
  /** As in the header. */
  readonly name: string
  readonly rows: number
  /** Rows without a value, or with one of `missing` only. */
  readonly nulls: number
  /** Texts that stand for "nothing" here, such as `?`, and how many rows hold one. */
  readonly missing: readonly string[]
  readonly missingRows: number
  /** Some texts begin or end with white space. */
  readonly hasEdges: boolean
  /** Readings that a sample suggested, most preferred first, each counted over all rows. */
  readonly readings: readonly ProvenReading[]
  /** The sample looks like dates in a form that hippo does not read. */
  readonly unreadDates: boolean
  /** Whole numbers that start with a zero: codes, not amounts. */
  readonly leadingZeros: number
  /** Numbers with more digits than a float64 keeps. */
  readonly longNumbers: number
  /** All values are UUIDs. */
  readonly isUuid: boolean
  /** Counted: no value occurs twice. Undefined when it was not worth counting. */
  readonly isUnique?: boolean
  /** No value occurred twice in the sample. */
  readonly seemsUnique: boolean
  /** The few values of a column that has only few, each seen often in the sample, and the rows with any other. */
  readonly frequent?: {
    readonly values: readonly string[]
    /** Rows with a misspelling of one of them. */
    readonly misspeltRows?: number
    readonly otherRows: number
  }
  /** The HIPAA category that most values have the form of. */
  readonly phiByContent?: string
  /** The code system, as rule `codeFormat` names it, that most values of the sample are codes of. */
  readonly codeSystem?: string
  /** Spellings of the one unit that stands behind the numbers of some rows; `readings` are those without it. */
  readonly units?: readonly string[]
  /** A portable pattern that nearly all texts match, and the rows that do not. */
  readonly pattern?: {readonly source: string; readonly otherRows: number}
}

/** A column whose value rows share when they agree in another column. */
export interface DependencyProfile {
  /** Indexes of columns in the profile. */
  readonly determinant: number
  readonly dependent: number
  readonly absentIsBad: boolean
  /** Rows that most rows of their group contradict, over all rows. */
  readonly outvotedRows: number
}

/** Texts that mean "nothing" wherever they are found. */
export const missingMarks: readonly string[] = ['?', '??', 'N/A', 'n/a', '#N/A', 'NULL', 'null', '\\N', '<NULL>', '(null)']

/** Texts that mean "nothing" among numbers and dates, while among texts they may be a word or a code. */
export const missingAmongNumbers: readonly string[] = [
  ...missingMarks,
  'NA',
  'na',
  'NaN',
  'nan',
  'None',
  'none',
  'NONE',
  'Unknown',
  'unknown',
  'UNKNOWN',
  'missing',
  'Missing',
  '-',
  '--',
  '.',
  '*',
]
