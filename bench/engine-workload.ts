// Runs the benchmark's promotion on an engine and compares every count with `truth.json`.
// Usage: node bench/engine-workload.ts DATA OUT     (prints one line of JSON; exit 1 when a count differs)
import {mkdir, mkdtemp, readFile, rm} from 'node:fs/promises'
import {resolve} from 'node:path'
import {openEngine} from '../src/core/engine/index.ts'
import {workload} from './workload.ts'

interface Truth {
  readonly rows: number
  readonly rejected: number
  readonly accepted: number
  readonly reasons: Readonly<Record<string, number>>
}

const [data, out] = process.argv.slice(2)
if (data === undefined || out === undefined) throw new Error('usage: node bench/engine-workload.ts DATA OUT')
const directory = resolve(out)
await mkdir(directory, {recursive: true})
const staging = await mkdtemp(`${directory}/staging-`)
const startedAt = performance.now()
const phases: Record<string, number> = {}
const engine = await openEngine('polars')
try {
  const {tally} = await engine.write(workload(resolve(data), directory), {
    stagingDirectory: staging,
    onProgress: ({phase}) => {
      phases[phase] = Math.round(performance.now() - startedAt)
    },
  })
  const wallMs = Math.round(performance.now() - startedAt)
  const truth = JSON.parse(await readFile(`${data}/truth.json`, 'utf8')) as Truth
  const wrong = Object.entries(truth.reasons).filter(([reason, count]) => tally?.byJudgement[reason] !== count)
  const isRight =
    wrong.length === 0 && tally?.read === truth.rows && tally.accepted === truth.accepted && tally.quarantined === truth.rejected
  console.log(JSON.stringify({wallMs, startsMs: phases, isRight, tally, wrong}))
  if (!isRight) process.exitCode = 1
} finally {
  await engine.close()
  await rm(staging, {recursive: true, force: true})
}
