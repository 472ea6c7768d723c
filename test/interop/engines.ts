// The readers and writers of one comparison: hippo in its two ways, the Python readers, and those that were asked for besides.
// All of them see the same folders; Trino sees them through an S3 server, for which a bucket is a folder. An engine that cannot be
// had here is told with the reason and left out; HIPPO_TEST_REQUIRE=trino makes that an error.
import {mkdirSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {hasS3Server, startS3Server, type TestS3Server, testBucket} from '../support/s3-server.ts'
import {installPythonReaders, installSpark, Toolbox} from './install.ts'
import {installTrino} from './install-trino.ts'
import {startTrino, type TrinoServer} from './trino-server.ts'
import {TrinoTables} from './trino-tables.ts'

export interface Reading {
  readonly table: string
  readonly rows?: readonly string[]
  readonly error?: string
}

export interface Engine {
  readonly name: string
  /** What it sees of each folder. */
  read(tables: readonly string[]): Promise<readonly Reading[]>
  /** Writes tables of its own below the folder and gives their folders; absent when it only reads. */
  make?(folder: string): Promise<readonly string[]>
  /** Appends the rows FIRST and FIRST + 1 to a table of ids and names. */
  append?(table: string, first: number): Promise<void>
  /** Sends rows that break the constraints of the table `constrained`; one answer a row. */
  tryConstraints?(table: string): Promise<readonly string[]>
}

export const heavyEngines = ['spark', 'trino'] as const
export type HeavyEngine = (typeof heavyEngines)[number]

const here = dirname(fileURLToPath(import.meta.url))

export class Engines {
  readonly all: Engine[] = []
  /** Folder that holds the writers' folders. */
  readonly lake: string
  readonly #tools = new Toolbox()
  readonly #folder: string
  #s3: TestS3Server | undefined
  #trino: TrinoServer | undefined

  constructor(folder: string) {
    this.#folder = folder
    this.lake = join(folder, testBucket)
    mkdirSync(this.lake, {recursive: true})
  }

  async open(heavy: readonly HeavyEngine[]): Promise<void> {
    await installPythonReaders(this.#tools)
    this.all.push(this.#hippo(), this.#hippoModule())
    this.all.push(this.#writer('deltalake'), this.#python('polars'), this.#python('duckdb'), this.#python('clickhouse'))
    for (const name of heavy) {
      try {
        this.all.push(name === 'spark' ? await this.#openSpark() : await this.#openTrino())
      } catch (error) {
        if ((process.env.HIPPO_TEST_REQUIRE ?? '').split(',').includes(name)) throw error
        console.log(`${name}: blocked, it cannot be had here: ${error instanceof Error ? error.message : String(error)}\n`)
      }
    }
  }

  async close(): Promise<void> {
    await this.#trino?.close()
    await this.#s3?.close()
  }

  #hippo(): Engine {
    const node = (script: string, ...args: readonly string[]) => this.#tools.run(process.execPath, [join(here, script), ...args])
    return {
      name: 'hippo',
      read: async (tables) => readings(await node('read-with-hippo.ts', ...tables)),
      make: async (folder) => folders(await node('write-with-hippo.ts', 'make', folder)),
      append: async (table, first) => void (await node('write-with-hippo.ts', 'append', table, String(first))),
    }
  }

  #hippoModule(): Engine {
    const script = join(here, 'read-with-hippo.ts')
    return {name: 'module', read: async (tables) => readings(await this.#tools.run(process.execPath, [script, '--module', ...tables]))}
  }

  #python(name: string): Engine {
    const script = join(here, 'readers.py')
    return {name, read: async (tables) => readings(await this.#tools.run(this.#tools.python, [script, name, ...tables]))}
  }

  #writer(name: string): Engine {
    const python = (...args: readonly string[]) => this.#tools.run(this.#tools.python, [join(here, 'writers.py'), name, ...args])
    return {
      ...this.#python(name),
      make: async (folder) => folders(await python('make', folder)),
      append: async (table, first) => void (await python('append', table, String(first))),
      tryConstraints: async (table) => (await python('try', table)).split('\n').filter(Boolean),
    }
  }

  async #openSpark(): Promise<Engine> {
    await installSpark(this.#tools)
    return this.#writer('spark')
  }

  async #openTrino(): Promise<Engine> {
    if (!hasS3Server()) throw new Error('it writes Delta tables only in a bucket, and there is no S3 server (node scripts/s3-server.mjs)')
    const files = await installTrino(this.#tools)
    this.#s3 = await startS3Server({data: this.#folder})
    this.#trino = await startTrino(files, {folder: join(this.#folder, 'trino'), bucket: testBucket, s3: this.#s3.s3})
    const tables = new TrinoTables(this.#trino, testBucket)
    return {
      name: 'trino',
      read: async (wanted) => {
        const found: Reading[] = []
        for (const table of wanted) found.push(await tables.read(table))
        return found
      },
      make: (folder) => tables.make(folder),
      append: (table, first) => tables.append(table, first),
      tryConstraints: (table) => tables.tryConstraints(table),
    }
  }
}

const readings = (text: string) => text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Reading] : []))
const folders = (text: string) => text.split('\n').filter((line) => line.startsWith('/'))
