// Which files of a source belong to one delivery, and in which order deliveries follow each other. By their paths alone, so
// that the answer is the same whenever the files happen to be captured. Pure.
//
// folder: all files of a folder are one delivery. date: the same, but a folder in which a dataset has files of several days
// (`patients_2024-01-01.csv`, `patients_2024-01-02.csv`) holds one delivery a day; files without a day come last. file: each
// file of a dataset is a delivery; files of other datasets with the same numbers in their names come with it.
import path from 'node:path'
import type {DeliveryGrouping} from '../../config/config.ts'

export interface DeliveredFile {
  /** Relative to the source, `/`-separated. */
  readonly path: string
  readonly dataset?: string
}

/** The delivery of each file, as a text; the order of these texts is the order of the deliveries. */
export function groupDeliveries(files: readonly DeliveredFile[], grouping: DeliveryGrouping): ReadonlyMap<string, string> {
  const deliveries = new Map<string, string>()
  const matched = files.filter(({dataset}) => dataset !== undefined)
  for (const [folder, together] of Map.groupBy(matched, (file) => path.posix.dirname(file.path))) {
    const labels = labelsOf(together, grouping)
    // NUL is in no path and before every other character: a folder comes before the folders in it.
    for (const file of together) deliveries.set(file.path, `${sortable(folder)}\0${labels.get(file.path) ?? ''}`)
  }
  return deliveries
}

function labelsOf(files: readonly DeliveredFile[], grouping: DeliveryGrouping): ReadonlyMap<string, string> {
  if (grouping === 'folder') return new Map()
  if (grouping === 'file') return fileLabels(files)
  const days = new Map(files.map((file) => [file.path, dayOf(path.posix.basename(file.path))]))
  const ofDatasets = Map.groupBy(files, (file) => file.dataset)
  const isSeveral = [...ofDatasets.values()].some((own) => new Set(own.flatMap((file) => days.get(file.path) ?? [])).size > 1)
  return isSeveral ? new Map([...days].map(([file, day]) => [file, day ?? undated])) : new Map()
}

/** Sorts behind every day. */
const undated = '~'

/**
 * Year first, or nobody could tell the 2nd of January from the 1st of February. A time of day counts when it follows at once or
 * behind a T; other numbers behind a day may be those of parts.
 */
const dayPattern =
  /(?<!\d)((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?:T?([01]\d|2[0-3])[-_:]?([0-5]\d)(?:[-_:]?([0-5]\d))?)?(?!\d)/i

/** The day, or the instant, that the name of a file tells, ISO 8601 without an offset. */
export function dayOf(name: string): string | undefined {
  const found = dayPattern.exec(name)
  if (found === null) return undefined
  const [, year, , month, day, hour = '00', minute = '00', second = '00'] = found
  return `${year}-${month}-${day}T${hour}:${minute}:${second}`
}

/** The numbers in the name, then a count among files of the same dataset with the same numbers. */
function fileLabels(files: readonly DeliveredFile[]): ReadonlyMap<string, string> {
  const seen = new Map<string, number>()
  const labels = new Map<string, string>()
  const named = files.map((file) => ({...file, name: sortable(path.posix.basename(file.path))}))
  for (const file of named.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const numbers = (file.name.match(/\d+/g) ?? []).join('.')
    const key = `${file.dataset} ${numbers}`
    const count = seen.get(key) ?? 0
    seen.set(key, count + 1)
    labels.set(file.path, `${numbers}\0${sortable(String(count))}`)
  }
  return labels
}

/** Texts that sort as people count: `night-10` comes after `night-9`. */
const sortable = (text: string): string => text.replace(/\d+/g, (digits) => digits.padStart(20, '0'))
