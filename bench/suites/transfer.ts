// Uploads and downloads with hippo's store against rclone on one versitygw server in the same rounds: one large file, and many
// small objects. What arrives is compared with what was sent, byte by byte, before a time counts.
import {spawnSync} from 'node:child_process'
import {randomFillSync} from 'node:crypto'
import {closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeFileSync, writeSync} from 'node:fs'
import path from 'node:path'
import {findOrBuildServer} from '../../scripts/s3-server.mjs'
import {startS3Server, type TestS3Server, testBucket} from '../../test/support/s3-server.ts'
import type {Comparison} from '../comparison.ts'
import {type Command, measureProcess, type Sample} from '../measure-process.ts'
import type {BenchOptions} from '../options.ts'
import {findOrBuildRclone} from '../rclone.ts'
import {inTurn} from '../round.ts'
import {withoutText} from './ingest.ts'

const objectBytes = 10_000
const sides = ['hippo', 'rclone'] as const
type Side = (typeof sides)[number]

interface Load {
  readonly name: string
  /** A file, or a folder of files. */
  readonly source: string
}

/** Undefined, with a printed line, where the server or rclone cannot be had. */
export async function benchTransfer(options: BenchOptions): Promise<readonly Comparison[] | undefined> {
  const {problem} = findOrBuildServer()
  if (problem !== undefined) console.log(`skipped: ${problem}`)
  const rclone = findOrBuildRclone(options.cache)
  if (problem !== undefined || rclone === undefined) return undefined
  const loads = [largeFile(options), manyObjects(options)]
  const samples = new Map<string, Record<Side, Sample[]>>()
  for (let round = 0; round < options.rounds; round++) {
    for (const load of loads) {
      const server = await startS3Server()
      try {
        await transferOnce(options, {rclone, server, round, load}, (what, side, sample) => {
          const kept = samples.get(what) ?? {hippo: [], rclone: []}
          samples.set(what, kept)
          kept[side].push(sample)
        })
      } finally {
        await server.close()
      }
    }
  }
  return [...samples].map(([what, {hippo, rclone: rivals}]) => ({
    what,
    rival: 'rclone, 16 transfers',
    hippo,
    rivals,
    targets: [{of: 'wall', atMost: 1 / 0.9}],
  }))
}

interface Turn {
  readonly rclone: string
  readonly server: TestS3Server
  readonly round: number
  readonly load: Load
}

async function transferOnce(
  {root, cache}: BenchOptions,
  {rclone, server, round, load}: Turn,
  keep: (what: string, side: Side, sample: Sample) => void,
): Promise<void> {
  const arrived = (side: Side) => path.join(cache, `arrived-${process.pid}-${side}`)
  const trials = path.join(cache, `trials-${process.pid}`)
  const command = (verb: 'try' | 'up' | 'down', side: Side): Command => {
    const place = verb === 'down' ? arrived(side) : load.source
    const {endpoint = '', accessKey, secretKey} = server.s3
    // rclone does not start with the bundle that some machines name for other clients.
    const env = {
      AWS_CA_BUNDLE: undefined,
      AWS_ACCESS_KEY_ID: accessKey,
      AWS_SECRET_ACCESS_KEY: secretKey,
      NODE_COMPILE_CACHE: path.join(cache, 'compiled'),
    }
    if (side === 'hippo') {
      const script = path.join(root, 'bench', 'transfer.ts')
      return {program: process.execPath, args: [script, verb, endpoint, testBucket, side, place, trials], env}
    }
    const remote = `:s3,provider=Other,env_auth,no_check_bucket,use_presigned_request,region=us-east-1,endpoint='${endpoint}':${testBucket}/${side}`
    const way = verb === 'up' ? [place, remote] : [remote, place]
    return {program: rclone, args: ['copy', ...way, '--config', '', '--transfers', '16', '--checkers', '16'], env}
  }
  const measure = async (verb: 'up' | 'down', side: Side) =>
    keep(`${verb === 'up' ? 'upload' : 'download'} of ${load.name}`, side, withoutText(await measureProcess(command(verb, side))))
  try {
    // Once a day on each machine: it is no part of a transfer.
    await measureProcess(command('try', 'hippo'))
    for (const verb of ['up', 'down'] as const)
      await inTurn(
        round,
        sides.map((side) => () => measure(verb, side)),
      )
    for (const side of sides) requireSame(load.source, arrived(side))
  } finally {
    for (const folder of [...sides.map(arrived), trials]) rmSync(folder, {recursive: true, force: true})
  }
}

function requireSame(source: string, folder: string): void {
  const [only] = readdirSync(folder)
  const isFile = readdirSync(folder).length === 1 && only !== undefined
  const {status, stdout} = spawnSync('diff', ['-rq', source, isFile ? path.join(folder, only) : folder])
  if (status !== 0) throw new Error(`what arrived is not what was sent: ${stdout.toString().slice(0, 500)}`)
}

/** A thousand bytes a row, so that `--rows` says how much is sent. */
function largeFile({cache, rows}: BenchOptions): Load {
  const source = path.join(cache, `large-${rows}`)
  if (!existsSync(source)) {
    const draft = `${source}.${process.pid}`
    const file = openSync(draft, 'w')
    const block = Buffer.alloc(1_000_000)
    for (let written = 0; written < rows; written += 1000) writeSync(file, randomFillSync(block))
    closeSync(file)
    renameSync(draft, source)
  }
  return {name: `one file of ${Math.ceil(rows / 1000)} MB`, source}
}

function manyObjects({cache, rows}: BenchOptions): Load {
  const count = Math.min(10_000, rows)
  const source = path.join(cache, `objects-${count}`)
  if (!existsSync(source)) {
    const draft = `${source}.${process.pid}`
    mkdirSync(draft)
    const body = Buffer.alloc(objectBytes)
    for (let index = 0; index < count; index++) writeFileSync(path.join(draft, `object-${index}`), randomFillSync(body))
    renameSync(draft, source)
  }
  return {name: `${count} objects of 10 kB`, source}
}
