// Reads deletion vectors (PROTOCOL.md "Deletion Vectors"): which rows of a data file belong to the table no more. A vector is
// believed only when its size, checksum and number of rows are those the log and its file say: otherwise the table is
// TABLE_CORRUPT, for rows would be lost or come back.
import {crc32} from 'node:zlib'
import {HippoError} from '../errors/hippo-error.ts'
import type {RowRange} from '../expr/plan.ts'
import {isMissingKey} from '../store/object-key.ts'
import {type AddAction, type DeletionVector, decodePath} from './actions.ts'
import {type FilePlace, placeOf, readRange, type TablePlace} from './file-place.ts'
import {decodeBitmapArray} from './roaring.ts'
import {corruptTable} from './table-errors.ts'
import {decodeZ85} from './z85.ts'

const readsAtOnce = 16
const uuidLength = 20
const lengthBytes = 4
const checksumBytes = 4

/** The rows that are gone, by path, of every file with a deletion vector. TABLE_CORRUPT when one cannot be believed. */
export async function readDeletedRows(
  at: TablePlace,
  files: ReadonlyMap<string, AddAction>,
): Promise<ReadonlyMap<string, readonly RowRange[]>> {
  const marked = [...files].filter(([, add]) => add.deletionVector !== undefined)
  const found = new Map<string, readonly RowRange[]>()
  for (let from = 0; from < marked.length; from += readsAtOnce) {
    const batch = marked.slice(from, from + readsAtOnce)
    const rows = await Promise.all(batch.map(([path, add]) => readVector(at, path, add)))
    for (const [index, [path]] of batch.entries()) found.set(path, rows[index] ?? [])
  }
  return found
}

/** The rows of the file that are gone, ascending. TABLE_CORRUPT names the file or the vector that cannot be believed. */
async function readVector(at: TablePlace, path: string, add: AddAction): Promise<readonly RowRange[]> {
  const {deletionVector: vector} = add
  if (vector === undefined) return []
  const broken = (key: string, what: string, cause?: unknown) =>
    corruptTable({...at, key}, `${what}; its rows cannot be told from deleted ones`, cause)
  let key = `deletion vector of ${path}`
  try {
    const place = vectorPlace(at, vector)
    key = place?.key ?? key
    const bytes = place === undefined ? inlineBytes(vector) : await storedBytes(at, place, vector)
    const ranges = decodeBitmapArray(bytes)
    const count = ranges.reduce((sum, {from, to}) => sum + to - from, 0)
    if (count !== vector.cardinality) throw new RangeError(`it has ${count} rows where the log says ${vector.cardinality}`)
    return ranges
  } catch (error) {
    if (error instanceof RangeError) throw broken(key, `the deletion vector is damaged: ${error.message}`, error)
    if (error instanceof HippoError && error.code === 'STORE_CORRUPT')
      throw broken(key, 'the deletion vector is damaged: it is cut off', error)
    if (isMissingKey(error)) throw broken(key, 'the file of the deletion vector is gone', error)
    throw error
  }
}

/** Undefined when the vector stands in the log itself. */
function vectorPlace(at: TablePlace, {storageType, pathOrInlineDv}: DeletionVector): FilePlace | undefined {
  switch (storageType) {
    case 'i':
      return undefined
    case 'p':
      return placeOf(at, decodePath(pathOrInlineDv))
    case 'u': {
      if (pathOrInlineDv.length < uuidLength) throw new RangeError('its id is too short')
      const prefix = pathOrInlineDv.slice(0, -uuidLength)
      const hex = Buffer.from(decodeZ85(pathOrInlineDv.slice(-uuidLength))).toString('hex')
      const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
      return placeOf(at, `${prefix === '' ? '' : `${prefix}/`}deletion_vector_${uuid}.bin`)
    }
    default:
      throw new RangeError('its storage type is unknown')
  }
}

function inlineBytes({pathOrInlineDv, sizeInBytes}: DeletionVector): Uint8Array {
  const bytes = decodeZ85(pathOrInlineDv)
  // Z85 comes in groups of four bytes; what pads the last group is not the vector's.
  if (bytes.byteLength < sizeInBytes) throw new RangeError('it is cut off')
  return bytes.subarray(0, sizeInBytes)
}

/** In a file: length, bytes and CRC-32 of the bytes, the numbers big end first. */
async function storedBytes({store}: TablePlace, place: FilePlace, {offset = 0, sizeInBytes}: DeletionVector): Promise<Uint8Array> {
  const end = offset + lengthBytes + sizeInBytes + checksumBytes
  const bytes = await readRange(store, place, {start: offset, end})
  if (bytes.byteLength !== end - offset) throw new RangeError('it is cut off')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0) !== sizeInBytes) throw new RangeError('it has another size than the log says')
  const data = bytes.subarray(lengthBytes, lengthBytes + sizeInBytes)
  if (view.getUint32(lengthBytes + sizeInBytes) !== crc32(data)) throw new RangeError('its checksum does not match')
  return data
}
