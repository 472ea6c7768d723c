// A probe in words.
import type {StoreCheck} from '../probed-store.ts'
import type {ProbeResult} from './probe.ts'

/** S3 refuses requests from clocks that differ by 15 minutes; long before that something is wrong. */
const mostSkewMs = 60_000

/** Servers tell whole seconds, some of them of a moment ago. */
const tellableSkewMs = 3000

const skewInWords = (skewMs: number): string => (Math.abs(skewMs) < tellableSkewMs ? 'as ours' : `${Math.round(skewMs / 1000)} s from ours`)

/** Nothing of a bucket that keeps only what is in it. */
function keptInWords(keeping: ProbeResult['keeping']): readonly string[] {
  if (keeping === undefined) return ['versions: not told to these credentials']
  const {versioning, objectLock, defaultLock} = keeping
  return [
    ...(versioning === 'on' ? ['versions: kept, what is deleted stays until an erasure or a rule of the bucket removes it'] : []),
    ...(versioning === 'suspended' ? ['versions: those from before it was suspended are kept'] : []),
    ...(objectLock ? [`object lock: ${defaultLock === undefined ? 'possible' : `every object, ${defaultLock}`}`] : []),
  ]
}

/** What a probe says of the server at an endpoint, for people. */
export function describeProbe(result: ProbeResult, endpoint: string): StoreCheck {
  const {faults, isMultipartSafe, refusesNestedKeys, clockSkewMs, server, keeping} = result
  const isSkewed = clockSkewMs !== undefined && Math.abs(clockSkewMs) > mostSkewMs
  return {
    facts: [
      `${server} at ${endpoint}`,
      ...(faults.length === 0 ? ['conditional put: one writer wins'] : []),
      `conditional multipart: ${isMultipartSafe ? 'one writer wins' : 'not decided by the server'}`,
      `keys below keys: ${refusesNestedKeys ? 'refused by the server' : 'refused by hippo'}`,
      ...keptInWords(keeping),
      ...(clockSkewMs === undefined ? [] : [`clock: ${skewInWords(clockSkewMs)}`]),
    ],
    faults,
    warnings: [
      ...(isSkewed ? [`its clock is ${skewInWords(clockSkewMs)}`] : []),
      ...(isMultipartSafe ? [] : ['large files are written without a condition, each under a name of its own']),
    ],
  }
}
