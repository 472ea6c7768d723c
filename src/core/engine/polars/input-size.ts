// How much a task has to read.
import {stat} from 'node:fs/promises'
import type {Plan} from '../../expr/plan.ts'
import {inputsOf} from '../../expr/walk.ts'

/** Bytes of the files that the plans scan, each file once; relations that expressions look into are not counted. */
export async function inputSizeBytes(plans: readonly Plan[]): Promise<number> {
  const paths = new Set(plans.flatMap(scannedPaths))
  const sizes = await Promise.all([...paths].map(sizeOf))
  return sizes.reduce((total, size) => total + size, 0)
}

function scannedPaths(plan: Plan): readonly string[] {
  return plan.kind === 'scan' ? plan.files.map(({path}) => path) : inputsOf(plan).flatMap(scannedPaths)
}

/** A file that cannot be looked at is none here: reading it will say why. */
async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({size}) => size,
    () => 0,
  )
}
