// Samples the memory of a process and all its descendants from /proc (Linux).
import {existsSync, readdirSync, readFileSync} from 'node:fs'

export interface TreeMemory {
  readonly largestBytes: number
  readonly sumBytes: number
  /** Of the sum, what is not mapped from files. */
  readonly sumAnonymousBytes: number
}

const sampleEveryMs = 40

/** Samples until `stop`, which tells the peaks; undefined where /proc does not list children. */
export function watchTree(pid: number): {stop(): TreeMemory} | undefined {
  if (!existsSync('/proc/self/task') || !existsSync(`/proc/self/task/${process.pid}/children`)) return undefined
  let peak: TreeMemory = {largestBytes: 0, sumBytes: 0, sumAnonymousBytes: 0}
  const sample = () => {
    const now = memoryOf(processesBelow(pid))
    peak = {
      largestBytes: Math.max(peak.largestBytes, now.largestBytes),
      sumBytes: Math.max(peak.sumBytes, now.sumBytes),
      sumAnonymousBytes: Math.max(peak.sumAnonymousBytes, now.sumAnonymousBytes),
    }
  }
  const timer = setInterval(sample, sampleEveryMs)
  return {
    stop: () => {
      clearInterval(timer)
      return peak
    },
  }
}

function processesBelow(pid: number): readonly number[] {
  const found = [pid]
  for (const parent of found) {
    for (const thread of orNothing(() => readdirSync(`/proc/${parent}/task`), [])) {
      const children = orNothing(() => readFileSync(`/proc/${parent}/task/${thread}/children`, 'utf8'), '')
      found.push(...children.trim().split(' ').filter(Boolean).map(Number))
    }
  }
  return found
}

function memoryOf(pids: readonly number[]): TreeMemory {
  let [largestBytes, sumBytes, sumAnonymousBytes] = [0, 0, 0]
  for (const pid of pids) {
    const status = orNothing(() => readFileSync(`/proc/${pid}/status`, 'utf8'), '')
    const bytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024
    largestBytes = Math.max(largestBytes, bytes('VmHWM'))
    sumBytes += bytes('VmRSS')
    sumAnonymousBytes += bytes('RssAnon')
  }
  return {largestBytes, sumBytes, sumAnonymousBytes}
}

/** A process may end between two looks at it. */
function orNothing<T>(read: () => T, nothing: T): T {
  try {
    return read()
  } catch {
    return nothing
  }
}
