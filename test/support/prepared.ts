// Prepares bytes as if they had been captured, and reads the result back strictly.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {CaptureRecord} from '../../src/core/model/capture.ts'
import {prepareCsv} from '../../src/core/source/files/prepare-csv.ts'
import type {PreparedFile, RefusedFile} from '../../src/core/source/source.ts'
import {readStrictCsvFile} from './strict-csv.ts'

/** A sound record with its values, or a malformed one with its reason and text; both with their line in the received file. */
export type ReadRecord = readonly [line: number, values: readonly string[]] | readonly [line: number, reason: string, raw: string]

export interface ReadBack {
  readonly outcome: PreparedFile | RefusedFile
  /** True when the engine gets the received file itself. */
  readonly untouched: boolean
  readonly records: readonly ReadRecord[]
}

/** A capture record for bytes of this size. */
export function captureOf(sizeBytes: number): CaptureRecord {
  const at = '2026-01-01T00:00:00.000Z'
  const sha256 = '0'.repeat(64)
  return {source: 's', dataset: 'd', path: 'f.csv', sizeBytes, sha256, key: 'k', compression: 'none', receivedAt: at, modifiedAt: at}
}

/** Prepares the bytes in a folder of their own and reads what comes out with a strict RFC 4180 reader. */
export async function prepareBytes(bytes: Uint8Array): Promise<ReadBack> {
  const folder = mkdtempSync(join(tmpdir(), 'hippo-prepare-'))
  try {
    const localPath = join(folder, 'received')
    writeFileSync(localPath, bytes)
    const outcome = await prepareCsv({localPath, record: captureOf(bytes.length), stagingDirectory: folder})
    const records = outcome.kind === 'prepared' ? readRecords(outcome) : []
    return {outcome, untouched: outcome.kind === 'prepared' && outcome.path === localPath, records}
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

function readRecords(prepared: PreparedFile): readonly ReadRecord[] {
  const {path, format, header, firstLine} = prepared
  const rows = readStrictCsvFile(path, format.delimiter)
  if (!format.headerless) {
    const names = rows.shift()
    if (JSON.stringify(names) !== JSON.stringify(format.header)) throw new Error('the header line is not what the format says')
  }
  return rows.map((row, index): ReadRecord => {
    const [line, malformed, raw] = row.slice(header.length)
    if (line === undefined) return [(firstLine ?? Number.NaN) + index, row]
    if (malformed) return [Number(line), malformed, raw ?? '']
    return [Number(line), row.slice(0, header.length)]
  })
}
