// Which captured files belong to a contract's dataset.
import type {Batch, CaptureRecord} from '../model/capture.ts'
import type {Contract} from '../model/contract.ts'
import {givenFilesSource} from '../source/index.ts'

/** True for a file of the contract's source and dataset key; files given by hand name the dataset itself. */
export function feeds(file: Pick<CaptureRecord, 'source' | 'dataset' | 'rejected'>, contract: Contract): boolean {
  if (file.rejected !== undefined) return false
  if (file.source === givenFilesSource || contract.source === undefined) return file.dataset === contract.dataset
  return file.source === contract.source.source && file.dataset === contract.source.dataset
}

/** True for a delivery with a file of the contract's dataset, and for a decision about its rejected rows. */
export function concerns({files, review}: Pick<Batch, 'files' | 'review'>, contract: Contract): boolean {
  return review ? review.dataset === contract.dataset : files.some((file) => feeds(file, contract))
}
