// What an append is measured against in the same library: `plain-parquet.ts SOURCE FILE` copies rows into one durable Parquet file
// with nodejs-polars alone, in one process with the library's own settings, written as hippo writes.
import {open} from 'node:fs/promises'
import pl from 'nodejs-polars'

const [source = '', file = ''] = process.argv.slice(2)
const likeHippo = {compression: 'zstd', compressionLevel: 1, rowGroupSize: 122_880, maintainOrder: true} as const
pl.scanParquet(source, {glob: false}).sinkParquet(file, likeHippo).collectSync({engine: 'streaming'})
const written = await open(file, 'r')
await written.sync()
await written.close()
