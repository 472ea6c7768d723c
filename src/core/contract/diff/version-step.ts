// Semantic versions (semver.org 2.0.0): the step between two, and the version that a step leads to. Before 1.0.0, where anything may
// change, the middle number stands for the first, and the last for the middle one.
import type {StepTaken, VersionStep} from '../../model/contract-change.ts'

const form = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/

export const stepRank: Readonly<Record<VersionStep, number>> = {none: 0, patch: 1, minor: 2, major: 3}

interface Version {
  readonly major: number
  readonly minor: number
  readonly patch: number
  readonly isDraft: boolean
}

function parse(version: string): Version | undefined {
  const [, major, minor, patch, draft] = form.exec(version) ?? []
  if (major === undefined) return undefined
  return {major: Number(major), minor: Number(minor), patch: Number(patch), isDraft: draft !== undefined}
}

/** The step from one version to another. */
export function stepTaken(from: string, to: string): StepTaken {
  if (from === to) return 'none'
  const [before, after] = [parse(from), parse(to)]
  if (before === undefined || after === undefined) return 'unknown'
  const [major, minor, patch] = [after.major - before.major, after.minor - before.minor, after.patch - before.patch]
  const first = [major, minor, patch].find((difference) => difference !== 0)
  if (first === undefined) return before.isDraft === after.isDraft ? 'none' : after.isDraft ? 'back' : 'patch'
  if (first < 0) return 'back'
  if (major > 0) return 'major'
  if (before.major > 0) return minor > 0 ? 'minor' : 'patch'
  return minor > 0 ? 'major' : 'minor'
}

/** The next version by that step; undefined for what is no semantic version. */
export function nextVersion(from: string, step: VersionStep): string | undefined {
  const before = parse(from)
  if (before === undefined || step === 'none') return undefined
  const {major, minor, patch} = before
  if (major === 0) return step === 'major' ? `0.${minor + 1}.0` : `0.${minor}.${patch + 1}`
  if (step === 'major') return `${major + 1}.0.0`
  return step === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`
}
