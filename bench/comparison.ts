// One measured thing against its rival in the same rounds. Only ratios of one round are told: on a shared machine absolute
// times of different minutes do not compare.
import type {Sample} from './measure-process.ts'

export interface Target {
  /** Upper bound of hippo / rival. */
  readonly atMost: number
  /** What the ratio is of. */
  readonly of: Measure
}

export type Measure = 'wall' | 'cpu' | 'peak' | 'tree' | 'anonymous'

export interface Comparison {
  readonly what: string
  readonly rival: string
  readonly hippo: readonly Sample[]
  readonly rivals: readonly Sample[]
  readonly targets?: readonly Target[]
  readonly note?: string
  /** The ratio of the medians instead of the median of the ratios: for many short runs that have no natural pairs. */
  readonly ofMedians?: boolean
}

export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

const measures: Readonly<Record<Measure, (sample: Sample) => number | undefined>> = {
  wall: (sample) => sample.wallMs,
  cpu: (sample) => sample.cpuMs,
  peak: (sample) => sample.peakBytes,
  tree: (sample) => sample.tree?.sumBytes,
  anonymous: (sample) => sample.tree?.sumAnonymousBytes,
}
export const measureNames = Object.keys(measures) as readonly Measure[]

/** hippo / rival of each round, as median and extremes; undefined when one of them was not measured so. */
export function ratioOf({hippo, rivals, ofMedians = false}: Comparison, measure: Measure): Spread | undefined {
  const of = measures[measure]
  const ratios = hippo.map((sample, round) => {
    const rival = rivals[round]
    return (of(sample) ?? Number.NaN) / ((rival && of(rival)) ?? Number.NaN)
  })
  if (ratios.length === 0 || ratios.some((ratio) => !Number.isFinite(ratio))) return undefined
  const spread = spreadOf(ratios)
  if (!ofMedians) return spread
  return {...spread, median: (medianOf(hippo, measure) ?? Number.NaN) / (medianOf(rivals, measure) ?? Number.NaN)}
}

/** Median of one side, in milliseconds or bytes. */
export function medianOf(samples: readonly Sample[], measure: Measure): number | undefined {
  const values = samples.map((sample) => measures[measure](sample))
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : spreadOf(known).median
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? Number.NaN
  const middle = (sorted.length - 1) / 2
  return {median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, least: at(0), most: at(sorted.length - 1)}
}
