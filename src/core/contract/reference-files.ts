// Files that a contract's rules and steps refer to: value sets, units, bounds. They lie in the folder that holds `contracts/`
// (beside the contract when it lies elsewhere) and are read with it; a file that cannot be read refuses the rule that asks for it. Their
// bytes are known by hash, so that a batch is finished under the very rows it was judged by.
import {createHash} from 'node:crypto'
import {readFile, realpath, stat} from 'node:fs/promises'
import path from 'node:path'
import type {Contract, ReferenceFile} from '../model/contract.ts'
import {readCsvTable, type TextTable} from './read-csv-table.ts'
import {readValueSet} from './read-value-set.ts'
import {referencedFiles} from './referenced-datasets.ts'

const maxBytes = 64 * 1024 * 1024
const maxRows = 500_000

/** The contract with the rows of the files it refers to, or why there are none. */
export async function withReferenceFiles(contract: Contract): Promise<Contract> {
  const names = referencedFiles(contract)
  if (names.length === 0) return contract
  const read = await Promise.all(names.map(async (name) => [name, await readNamed(name, folderOf(contract.path))] as const))
  return {...contract, referenceFiles: new Map(read)}
}

/** Absolute path of a file that a contract refers to. */
export const referenceFilePath = (contract: Contract, name: string): string => path.join(folderOf(contract.path), name)

/** Absolute path of the folder in which a contract's files lie. */
function folderOf(contractPath: string): string {
  const folder = path.dirname(contractPath)
  return path.basename(folder) === 'contracts' ? path.dirname(folder) : folder
}

async function readNamed(name: string, folder: string): Promise<ReferenceFile | string> {
  try {
    return readReferenceFile(name, await bytesOf(name, folder))
  } catch (error) {
    const why = error instanceof Error && 'syscall' in error ? `it cannot be read in ${folder}` : (error as Error).message
    return `file ${name}: ${why}`
  }
}

async function bytesOf(name: string, folder: string): Promise<Buffer> {
  if (path.isAbsolute(name)) throw new Error('its path must be relative')
  const [root, file] = [await realpath(folder), await realpath(path.join(folder, name))]
  if (path.relative(root, file).split(path.sep)[0] === '..') throw new Error('it lies outside the workspace')
  const {size} = await stat(file)
  if (size > maxBytes) throw new Error(`it is larger than ${maxBytes / 1024 / 1024} MB: make it a dataset`)
  return readFile(file)
}

/** The rows in a file's bytes; throws an Error that says what is wrong with them. */
export function readReferenceFile(name: string, bytes: Buffer): ReferenceFile {
  const text = new TextDecoder('utf-8', {fatal: true}).decode(bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const table: TextTable & {readonly name?: string; readonly version?: string} = name.endsWith('.json')
    ? readValueSet(text)
    : readCsvTable(text)
  if (table.rows.length > maxRows) throw new Error(`it has more than ${maxRows} rows: make it a dataset`)
  if (table.rows.length === 0) throw new Error('it has no rows')
  const {columns, rows, version} = table
  const title = `${table.name ?? path.basename(name)} ${version ?? sha256.slice(0, 12)}`
  return {path: name, sha256, title, columns, rows, ...(version === undefined ? {} : {version})}
}
