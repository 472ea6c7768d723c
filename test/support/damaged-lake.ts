// Damages to one table of a lake on this machine, each as it really happens: what a disk, a copy tool or a person does to files.
import {chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs'
import path from 'node:path'

/** A table's folder with 12 versions, a checkpoint of version 10 and a data file that each version added. */
export interface DamagedTable {
  readonly folder: string
  readonly commit: (version: number) => string
  readonly checkpoint: string
  readonly hint: string
  /** Data files by the version that added them. */
  readonly dataFile: (version: number) => string
}

export function damagedTable(lake: string, table: string): DamagedTable {
  const folder = path.join(lake, table)
  const log = (name: string) => path.join(folder, '_delta_log', name)
  const commit = (version: number) => log(`${String(version).padStart(20, '0')}.json`)
  const dataFile = (version: number) => {
    const [, added = ''] = /"add":\{"path":"([^"]+)"/.exec(readFileSync(commit(version), 'utf8')) ?? []
    return path.join(folder, decodeURIComponent(added))
  }
  return {folder, commit, checkpoint: log(`${'10'.padStart(20, '0')}.checkpoint.parquet`), hint: log('_last_checkpoint'), dataFile}
}

/** Replaces a file whatever its permissions. */
export function overwrite(file: string, bytes: string | Uint8Array): void {
  if (existsSync(file)) chmodSync(file, 0o600)
  writeFileSync(file, bytes)
}

function cut(file: string, keep: (bytes: number) => number): void {
  chmodSync(file, 0o600)
  truncateSync(file, keep(statSync(file).size))
}

const half = (bytes: number) => Math.floor(bytes / 2)

export interface TableDamage {
  readonly what: string
  readonly do: (table: DamagedTable, other: DamagedTable) => void
  /** The newest version that can still be read, rows and all; -1: none. */
  readonly readable: number
  /** The object that errors and findings name. */
  readonly names: RegExp
  /** False: readers find their way around it, and only verify and doctor tell. */
  readonly isMet: boolean
  /** Only what reads rows of the damaged file meets it. */
  readonly isInData?: true
  /** The file is there in its size: only what reads it can tell. */
  readonly keepsSize?: true
  /** Of its kind the one that every verb is tried on; the others wait for `npm run test:long`. */
  readonly isTypical?: true
}

export const tableDamages: readonly TableDamage[] = [
  {
    what: 'a last commit that is half-written',
    do: ({commit}) => cut(commit(11), half),
    readable: 10,
    names: /0011\.json/,
    isTypical: true,
    isMet: true,
  },
  {what: 'an empty last commit', do: ({commit}) => cut(commit(11), () => 0), readable: 10, names: /0011\.json/, isMet: true},
  {
    what: 'a last commit that lost its last line',
    do: ({commit}) => overwrite(commit(11), `${readFileSync(commit(11), 'utf8').trimEnd().split('\n').slice(0, -1).join('\n')}\n`),
    readable: 10,
    names: /0011\.json/,
    isMet: true,
  },
  {
    what: 'a last commit that is no text',
    do: ({commit}) => overwrite(commit(11), Buffer.from([0xff, 0xfe, 0, 1])),
    readable: 10,
    names: /0011\.json/,
    isMet: true,
  },
  {
    what: 'a gap in the log, and no checkpoint behind it',
    do: ({commit, checkpoint, hint}) => {
      for (const file of [commit(4), checkpoint, hint]) rmSync(file)
    },
    readable: 3,
    names: /0004\.json/,
    isTypical: true,
    isMet: true,
  },
  {
    what: 'a gap before a checkpoint',
    do: ({commit}) => rmSync(commit(4)),
    readable: 11,
    names: /0004\.json/,
    isTypical: true,
    isMet: false,
  },
  {
    what: 'a log that lost its beginning',
    do: ({commit, checkpoint, hint}) => {
      for (const file of [commit(0), checkpoint, hint]) rmSync(file)
    },
    readable: -1,
    names: /0000\.json/,
    isMet: true,
  },
  {
    what: 'a log that ends before its checkpoint',
    do: ({commit, checkpoint}) => {
      for (const file of [commit(9), commit(10), commit(11), checkpoint]) rmSync(file)
    },
    readable: 8,
    names: /00(09|10|11)\.(json|crc)/,
    isTypical: true,
    isMet: true,
  },
  {
    what: 'a checkpoint that was cut off',
    do: ({checkpoint}) => cut(checkpoint, half),
    readable: 11,
    names: /0010\.checkpoint/,
    isTypical: true,
    isMet: false,
  },
  {
    what: 'a checkpoint with damaged pages',
    do: ({checkpoint}) => {
      const bytes = readFileSync(checkpoint)
      bytes.fill(0x7e, 8, Math.floor(bytes.length / 3))
      overwrite(checkpoint, bytes)
    },
    readable: 11,
    names: /0010\.checkpoint/,
    isMet: false,
  },
  {
    what: 'a damaged checkpoint, and the commits before it cleaned up',
    do: ({checkpoint, commit}) => {
      for (let version = 0; version < 10; version++) rmSync(commit(version))
      cut(checkpoint, half)
    },
    readable: -1,
    names: /0010\.checkpoint/,
    isTypical: true,
    isMet: true,
  },
  {
    what: '_last_checkpoint that is no JSON',
    do: ({hint}) => overwrite(hint, '{"vers'),
    readable: 11,
    names: /_last_checkpoint/,
    isMet: false,
  },
  {
    what: '_last_checkpoint beyond the log',
    do: ({hint}) => overwrite(hint, '{"version":20,"size":3}'),
    readable: 11,
    names: /0020\.json|_last_checkpoint/,
    isTypical: true,
    isMet: false,
  },
  {
    what: '_last_checkpoint of a checkpoint that is gone',
    do: ({checkpoint}) => rmSync(checkpoint),
    readable: 11,
    names: /_last_checkpoint/,
    isMet: false,
  },
  {
    what: 'a data file that vanished',
    do: ({dataFile}) => rmSync(dataFile(11)),
    readable: 10,
    names: /\.parquet/,
    isTypical: true,
    isMet: true,
    isInData: true,
  },
  {
    what: 'a data file without its footer',
    do: ({dataFile}) => cut(dataFile(11), half),
    readable: 10,
    names: /\.parquet/,
    isMet: true,
    isInData: true,
  },
  {
    what: 'a data file of another table',
    do: ({dataFile}, other) => {
      chmodSync(dataFile(11), 0o600)
      copyFileSync(other.dataFile(4), dataFile(11))
    },
    readable: 10,
    names: /\.parquet/,
    isTypical: true,
    isMet: true,
    isInData: true,
  },
  {
    what: 'a data file of the same size that is no Parquet',
    do: ({dataFile}) => overwrite(dataFile(11), Buffer.alloc(statSync(dataFile(11)).size, 0x20)),
    readable: 10,
    names: /\.parquet/,
    isMet: true,
    isInData: true,
    keepsSize: true,
  },
  {
    what: 'a first data file that vanished',
    do: ({dataFile}) => rmSync(dataFile(0)),
    readable: -1,
    names: /\.parquet/,
    isMet: true,
    isInData: true,
  },
]

/** Names of everything below a folder that was set aside. */
export function setAsideOf({folder}: DamagedTable): readonly string[] {
  const aside = path.join(folder, '_damaged')
  return existsSync(aside)
    ? readdirSync(aside, {recursive: true})
        .map(String)
        .filter((name) => name.includes('/'))
    : []
}
