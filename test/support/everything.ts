// Everything a workspace holds as text, place by place, Parquet decoded: for searching it for planted values. The server's own data
// folder is searched through SQL instead.
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs'
import path from 'node:path'
import {gunzipSync} from 'node:zlib'
import {parquetReadObjects} from 'hyparquet'
import {compressors} from 'hyparquet-compressors'
import type {Place} from '../../src/core/pipeline/phi-locations/phi-location.ts'
import {raw} from '../../src/core/postgres/sql.ts'
import type {TestWorkspace} from './workspace.ts'

export interface HeldText {
  readonly place: Place
  readonly text: string
}

export async function everythingIn(workspace: TestWorkspace): Promise<readonly HeldText[]> {
  return [...(await filesOf(workspace)), ...(await relationsOf(workspace))]
}

async function filesOf({root}: TestWorkspace): Promise<readonly HeldText[]> {
  const folder = path.join(root, '.hippo')
  const names = existsSync(folder) ? readdirSync(folder, {recursive: true}).map(String) : []
  const found: HeldText[] = []
  for (const name of names) {
    if (name.startsWith('pg/data') || !statSync(path.join(folder, name)).isFile()) continue
    const key = name.startsWith('lake/') ? name.slice('lake/'.length) : undefined
    const place: Place = key === undefined ? {kind: 'file', path: name} : {kind: 'object', key}
    found.push({place, text: await textOf(path.join(folder, name))})
  }
  return found
}

const textOf = (file: string): Promise<string> => textOfBytes(readFileSync(file))

/** What a person could read in stored bytes: unpacked, in several encodings, the rows of Parquet. */
export async function textOfBytes(bytes: Buffer): Promise<string> {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
  const texts = [packed.toString('utf8'), packed.toString('latin1'), packed.toString('utf16le')]
  if (bytes.subarray(0, 4).toString('latin1') === 'PAR1') {
    const rows = await parquetReadObjects({file: new Uint8Array(bytes).buffer, compressors})
    texts.push(JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)))
  }
  return texts.join('\n')
}

async function relationsOf(workspace: TestWorkspace): Promise<readonly HeldText[]> {
  return workspace.use(async (open) => {
    const database = await open.database()
    const {rows} = await database.query<{schema: string; name: string; sql: string}>(
      raw(`select n.nspname as schema, c.relname as name, format('%I.%I', n.nspname, c.relname) as sql from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'v', 'm') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_toast%'`),
    )
    const found: HeldText[] = []
    for (const {schema, name, sql} of rows) {
      const texts = await database.query<{text: string}>(raw(`select t::text as text from ${sql} t`))
      found.push({place: {kind: 'relation', schema, name}, text: texts.rows.map(({text}) => text).join('\n')})
    }
    return found
  })
}
