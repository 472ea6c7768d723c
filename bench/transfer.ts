// hippo's side of transfers: `transfer.ts try|up|down ENDPOINT BUCKET PREFIX PATH TRIALS` copies a file, or all files of a folder, to
// or from a bucket with the store and as many at once as the pipeline has. `try` only tries the server out, as the first command of a
// day does, and remembers it in the folder TRIALS. Keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
import {mkdir, readdir, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {eachAtOnce} from '../src/core/lake/each-at-once.ts'
import {copyToFile} from '../src/core/store/copy-to-file.ts'
import {openS3Store} from '../src/core/store/s3/open-s3-store.ts'
import {fileSource} from '../src/core/store/sized-source.ts'

const [verb, endpoint = '', bucket = '', prefix = '', path = '', trials = ''] = process.argv.slice(2)
const filesAtOnce = 16

const store = await openS3Store({
  lake: `s3://${bucket}/${prefix}`,
  s3: {endpoint, region: 'us-east-1', pathStyle: true},
  env: process.env,
  probeFolder: trials,
})
if (verb === 'try') await store.check()
else if (verb === 'up') {
  const names = (await stat(path)).isDirectory() ? await readdir(path) : ['']
  await eachAtOnce(names, filesAtOnce, async (name) => {
    const outcome = await store.putIfAbsent(name === '' ? 'file' : name, await fileSource(join(path, name)))
    if (outcome !== 'created') throw new Error('the object was there already')
  })
} else {
  const keys: string[] = []
  for await (const {key} of store.list('')) keys.push(key)
  await mkdir(path, {recursive: true})
  await eachAtOnce(keys, filesAtOnce, (key) => copyToFile(store, key, join(path, key)))
}
