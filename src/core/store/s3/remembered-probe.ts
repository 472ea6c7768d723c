// The result of a probe, remembered on this machine for a day: a server does not lose a guarantee from one command to the next,
// and two hundred requests are too many for each. A server that failed is tried again every time.
import {createHash} from 'node:crypto'
import {mkdir, readFile, rename, writeFile} from 'node:fs/promises'
import path from 'node:path'
import type {Bucket} from './bucket.ts'
import {type ProbeResult, probe} from './probe.ts'

const goodForMs = 24 * 60 * 60_000

export interface RememberedProbe {
  /** The newest result that is still good, else a new one. */
  (): Promise<ProbeResult>
  /** A new one, whatever is remembered. */
  again(): Promise<ProbeResult>
}

/** Probes of one bucket, kept in `folder` (made when needed, unless what is above it is missing; without one nothing is remembered). */
export function rememberedProbe(bucket: Bucket, folder: string | undefined): RememberedProbe {
  const {endpoint, bucket: name} = bucket.settings
  const id = createHash('sha256').update(`${endpoint}\n${name}`).digest('hex').slice(0, 16)
  const file = folder === undefined ? undefined : path.join(folder, `${id}.json`)
  const again = async () => {
    const result = await probe(bucket)
    if (file !== undefined && result.faults.length === 0) await keep(file, result)
    return result
  }
  return Object.assign(async () => (file === undefined ? undefined : await recall(file)) ?? again(), {again})
}

async function recall(file: string): Promise<ProbeResult | undefined> {
  try {
    const result = JSON.parse(await readFile(file, 'utf8')) as ProbeResult
    const age = Date.now() - Date.parse(result.probedAt)
    const isSound = typeof result.isMultipartSafe === 'boolean' && typeof result.refusesNestedKeys === 'boolean'
    return isSound && result.faults.length === 0 && age >= 0 && age < goodForMs ? result : undefined
  } catch {
    return undefined
  }
}

/** What cannot be kept is found out again. */
async function keep(file: string, result: ProbeResult): Promise<void> {
  try {
    // The folder above it is the workspace's to make, with rights of its own.
    await mkdir(path.dirname(file), {mode: 0o700}).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    const draft = `${file}.${process.pid}`
    await writeFile(draft, `${JSON.stringify(result)}\n`, {mode: 0o600})
    await rename(draft, file)
  } catch {
    // The workspace says by itself that it cannot be written.
  }
}
