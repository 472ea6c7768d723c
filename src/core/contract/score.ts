// Scores: how much of what was judged is as promised, 0 to 100. A check's is the share of its rows that kept the rule; a dimension's and
// a dataset's the mean of their checks weighted by severity (error 3, warning 1, info 0); a source's the mean of its datasets'.
// What was not judged counts for nothing: no row, no score. Rounded down to hundredths, so that 100 means no violation at all.
import {type CheckResult, type Dimension, isJudged, type Severity} from '../model/check.ts'
import {ruleKinds} from '../rules/index.ts'

export const severityWeights: Readonly<Record<Severity, number>> = {error: 3, warning: 1, info: 0}

export interface CheckScore {
  readonly id: string
  readonly dimension: Dimension
  /** 0 to 100. */
  readonly score: number
  readonly weight: number
}

export interface DimensionScore {
  readonly dimension: Dimension
  readonly score: number
  /** Judged checks. */
  readonly checks: number
}

/** One check and what it did to a dataset's score between two judgements, in points. */
export interface ScoreMove {
  readonly id: string
  readonly points: number
  /** Absent where it was not judged. */
  readonly before?: number
  readonly after?: number
}

/** Every check that counts, in the order given. */
export function checkScores(checks: readonly CheckResult[]): readonly CheckScore[] {
  const hasRows = !checks.some(isAboutRows) || checks.some((check) => isAboutRows(check) && isJudged(check))
  // A promise about the dataset that holds of no row at all is no evidence of its quality.
  return checks
    .filter((check) => isJudged(check) && (hasRows || check.violated > 0))
    .map(({id, dimension, severity, violated, denominator}) => ({
      id,
      dimension,
      score: 100 * (1 - Math.min(violated / denominator, 1)),
      weight: severityWeights[severity],
    }))
}

const isAboutRows = ({rule}: CheckResult): boolean => ruleKinds.get(rule)?.scope === 'row'

/** A dataset's score; undefined when nothing was judged that counts. */
export const scoreOf = (checks: readonly CheckResult[]): number | undefined => weighted(checkScores(checks))

/** Worst first; dimensions in which nothing was judged are left out. */
export function dimensionScores(checks: readonly CheckResult[]): readonly DimensionScore[] {
  return [...Map.groupBy(checkScores(checks), ({dimension}) => dimension)]
    .flatMap(([dimension, own]) => {
      const score = weighted(own)
      return score === undefined ? [] : [{dimension, score, checks: own.length}]
    })
    .sort((a, b) => a.score - b.score)
}

/** The mean of datasets' scores; undefined without any. */
export function meanScore(scores: readonly number[]): number | undefined {
  return scores.length === 0 ? undefined : roundedDown(scores.reduce((sum, score) => sum + score, 0) / scores.length)
}

/**
 * What moved a dataset's score, the most first. With S the score before and W a sum of weights, a check that scored p and weighed w
 * accounts for w'(p' - S)/W' - w(p - S)/W points: over all checks that is exactly the difference of the two scores, unrounded.
 */
export function scoreMoves(before: readonly CheckResult[], after: readonly CheckResult[]): readonly ScoreMove[] {
  const [then, now] = [checkScores(before), checkScores(after)]
  const start = unrounded(then)
  if (start === undefined || unrounded(now) === undefined) return []
  const [was, is] = [sharesOf(then, start), sharesOf(now, start)]
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((id): ScoreMove => {
      const [old, current] = [was.get(id), is.get(id)]
      return {
        id,
        points: (current?.points ?? 0) - (old?.points ?? 0),
        ...(old === undefined ? {} : {before: old.score}),
        ...(current === undefined ? {} : {after: current.score}),
      }
    })
    .filter(({points}) => Math.abs(points) >= leastPoints)
    .sort((a, b) => Math.abs(b.points) - Math.abs(a.points))
}

const leastPoints = 0.005

function sharesOf(scores: readonly CheckScore[], start: number): ReadonlyMap<string, {readonly points: number; readonly score: number}> {
  const total = totalWeight(scores)
  return new Map(scores.map(({id, score, weight}) => [id, {points: (weight * (score - start)) / total, score}]))
}

function weighted(scores: readonly CheckScore[]): number | undefined {
  const score = unrounded(scores)
  return score === undefined ? undefined : roundedDown(score)
}

function unrounded(scores: readonly CheckScore[]): number | undefined {
  const total = totalWeight(scores)
  return total === 0 ? undefined : scores.reduce((sum, {score, weight}) => sum + score * weight, 0) / total
}

const totalWeight = (scores: readonly CheckScore[]): number => scores.reduce((sum, {weight}) => sum + weight, 0)

// A sum of shares may miss a whole hundred by the last bit of a double.
const roundedDown = (score: number): number => Math.floor(score * 100 + 1e-9) / 100
