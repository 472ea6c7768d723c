// What tests let other processes do with a store in S3: race for keys, die in the middle of a put, move large bodies.
// `node s3-child.ts <options of the store as JSON> <verb> …`
import {createHash, randomBytes} from 'node:crypto'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {readSnapshot} from '../../src/core/delta/snapshot.ts'
import {copyToFile} from '../../src/core/store/copy-to-file.ts'
import type {SizedSource} from '../../src/core/store/object-store.ts'
import {openS3Store, type S3StoreOptions} from '../../src/core/store/s3/open-s3-store.ts'
import {append, range} from '../unit/delta/table-fixture.ts'
import {trustingStore} from './trusting-store.ts'

const [optionsText = '{}', verb, ...args] = process.argv.slice(2)
const options = JSON.parse(optionsText) as S3StoreOptions & {readonly isTrusted?: boolean}
const store = options.isTrusted ? await trustingStore(options) : await openS3Store(options)

function repeated(sizeBytes: number): SizedSource {
  const block = randomBytes(1024 * 1024)
  return {
    sizeBytes,
    open: async function* () {
      for (let at = 0; at < sizeBytes; at += block.length) yield block.subarray(0, Math.min(block.length, sizeBytes - at))
    },
  }
}

/** All processes begin together: the last one to come opens the door. */
async function meet(name: string, count: number): Promise<void> {
  await store.putIfAbsent(`meeting/${name}`, new Uint8Array())
  for (;;) {
    let there = 0
    for await (const _ of store.list('meeting/')) there += 1
    if (there >= count) return
    await sleep(20)
  }
}

if (verb === 'race') {
  const [name = '', count = '1', rounds = '1', everyMs = '50'] = args
  await meet(name, Number(count))
  const startedAt = Date.now()
  const outcomes: string[] = []
  for (let round = 0; round < Number(rounds); round++) {
    await sleep(Math.max(0, startedAt + round * Number(everyMs) - Date.now()))
    const text = `process ${name} `.repeat(1000)
    const open = async function* () {
      yield new TextEncoder().encode(text)
    }
    outcomes.push(await store.putIfAbsent(`race/${round}`, {sizeBytes: text.length, open}))
  }
  process.stdout.write(outcomes.join(' '))
}
if (verb === 'append') {
  const [first = '0', count = '0'] = args
  let newest = await readSnapshot(store, 't')
  for (const id of range(Number(first), Number(first) + Number(count) - 1)) {
    if (newest === undefined) throw new Error('there is no table')
    newest = await append(newest, [id], {}, {checkpointEvery: 20})
  }
}
if (verb === 'die') {
  const half = repeated(40_000_000)
  const open = async function* () {
    let sent = 0
    for await (const chunk of half.open()) {
      yield chunk
      sent += chunk.byteLength
      if (sent > 36_000_000) {
        // The first parts are on their way or there.
        await sleep(300)
        process.kill(process.pid, 'SIGKILL')
      }
    }
  }
  await store.putIfAbsent('k', {sizeBytes: 40_000_000, open})
}
if (verb === 'move') {
  const [sizeBytes = '0', folder = '.'] = args
  const body = repeated(Number(sizeBytes))
  const hash = createHash('sha256')
  for await (const chunk of body.open()) hash.update(chunk)
  const sha256 = hash.digest('hex')
  const key = `moved/${sizeBytes}`
  const file = join(folder, 'moved')
  const outcome = await store.putIfAbsent(key, body, {sha256})
  const streamed = createHash('sha256')
  for await (const chunk of store.stream(key)) streamed.update(chunk)
  await copyToFile(store, key, file)
  await rm(file)
  const isSame = streamed.digest('hex') === sha256
  process.stdout.write(JSON.stringify({outcome, isSame, peakBytes: process.resourceUsage().maxRSS * 1024}))
}
