// Deliveries of the synthetic clinic as files, made once for a test file.
import {mkdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import type {ClinicTruth} from '../../src/core/demo/truth.ts'
import {writeClinic} from '../../src/core/demo/write-clinic.ts'

/** Writes both deliveries to `<directory>/inbox/ehr/<delivery>/`. */
export function writeDeliveries(
  directory: string,
  options: {readonly patients: number; readonly seed: number; readonly faultRate: number},
): Promise<ClinicTruth> {
  return writeClinic({
    directory,
    ...options,
    write: async (file, chunks) => {
      mkdirSync(path.dirname(file), {recursive: true})
      writeFileSync(file, Buffer.concat([...chunks]))
    },
  })
}
