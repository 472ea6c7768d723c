// What local-store.test.ts lets other processes do: race for keys, die in the middle of a put, fill a small disk.
import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {HippoError} from '../../../src/core/errors/hippo-error.ts'
import {openLocalStore} from '../../../src/core/store/local/local-store.ts'

const [verb, root = '', word = '', ...keys] = process.argv.slice(2)
const store = await openLocalStore(root)
const bytes = (text: string) => new TextEncoder().encode(text)

if (verb === 'race') {
  const outcomes: string[] = []
  for (const key of keys) outcomes.push(await store.putIfAbsent(key, bytes(word.repeat(10_000))))
  process.stdout.write(outcomes.join(' '))
}
if (verb === 'die') {
  await store.putIfAbsent(word, {
    sizeBytes: 10_000_000,
    open: async function* () {
      yield new Uint8Array(5_000_000)
      process.kill(process.pid, 'SIGKILL')
      yield new Uint8Array(5_000_000)
    },
  })
}
if (verb === 'fill') {
  await store.putIfAbsent('small', new Uint8Array(1000))
  const error: unknown = await store.putIfAbsent('large', new Uint8Array(8_000_000)).catch((thrown: unknown) => thrown)
  const listed: string[] = []
  for await (const info of store.list('')) listed.push(info.key)
  const unfinished = (await readdir(join(root, '.tmp'))).length
  const afterwards = await store.putIfAbsent('large', new Uint8Array(1000))
  const {code, exitCode} = error instanceof HippoError ? error : {code: String(error), exitCode: 0}
  process.stdout.write(JSON.stringify({code, exitCode, listed, unfinished, afterwards}))
}
