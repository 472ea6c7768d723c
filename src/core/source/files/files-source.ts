// A folder into which others drop files. It lists what lies there, says which dataset each file is for by the globs of
// hippo.yaml (the first that matches wins) and which files are one delivery, and prepares captured files. It never writes,
// moves or deletes anything there.
import {createHash} from 'node:crypto'
import {constants, open} from 'node:fs/promises'
import path from 'node:path'
import type {FilesSource as FilesSettings} from '../../config/config.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import type {Source, SourceItem} from '../source.ts'
import {readSidecar, sidecarOf} from './control-totals.ts'
import {cutRecords} from './cut-records.ts'
import {readBytes} from './file-window.ts'
import {groupDeliveries} from './group-deliveries.ts'
import {headBytes, lookAtHead} from './inspect-head.ts'
import {type ListedFile, listFiles, type PassedOver, stateOf, statOf} from './list-files.ts'
import {prepareCsv} from './prepare-csv.ts'

/** A folder as a source; `root` is the workspace that its path is relative to. */
export function openFilesSource(name: string, settings: FilesSettings, {root}: {readonly root: string}): Source {
  const folder = path.resolve(root, settings.path)
  const shown = settings.pathsArePhi ? hashedPath : (received: string) => received
  const trailerOf = (dataset: string): string | undefined => {
    const total = settings.controlTotals?.[dataset]
    return total && 'trailer' in total ? total.trailer : undefined
  }
  return filesSource(
    name,
    async () => {
      const {files, passedOver} = await listFiles(folder)
      const {matched, waiting} = await withTotals(files, settings)
      const deliveries = groupDeliveries(matched, settings.delivery)
      return [
        ...matched.map(({file, ...rest}) => item({...rest, ...file, path: shown(file.path), delivery: deliveries.get(file.path) ?? ''})),
        ...[...passedOver, ...waiting].map((one) =>
          withDataset(passedOverItem({...one, path: shown(one.path)}), matchDataset(one.path, settings.match)),
        ),
      ]
    },
    trailerOf,
  )
}

/** Files that are to have a total beside them wait until it is there; the totals themselves are for no dataset. */
async function withTotals(files: readonly ListedFile[], {match, controlTotals}: FilesSettings) {
  const datasetOf = (file: string): string | undefined => matchDataset(file, match)
  const sidecarFor = (file: string): string | undefined => sidecarOf(file, controlTotals?.[datasetOf(file) ?? ''])
  const sidecars = new Set(files.map(({path: file}) => sidecarFor(file)))
  const byPath = new Map(files.map((file) => [file.path, file]))
  const matched: {path: string; file: ListedFile; dataset?: string; controlTotal?: number}[] = []
  const waiting: PassedOver[] = []
  for (const file of files) {
    const sidecar = sidecars.has(file.path) ? undefined : sidecarFor(file.path)
    const found = byPath.get(sidecar ?? '')
    const total = found && (await readSidecar(found.localPath))
    const own = {path: file.path, file, ...(total === undefined ? {} : {controlTotal: total})}
    if (sidecars.has(file.path)) matched.push(own)
    else if (sidecar !== undefined && total === undefined) waiting.push({path: file.path, reason: 'file.totalMissing'})
    else matched.push(withDataset(own, datasetOf(file.path)))
  }
  return {matched, waiting}
}

const withDataset = <T extends object>(thing: T, dataset: string | undefined): T & {readonly dataset?: string} =>
  dataset === undefined ? thing : {...thing, dataset}

/** Stands for a received path that may identify a person: the same path always gives the same name, its ending stays. */
function hashedPath(filePath: string): string {
  const ending = /(\.[a-z0-9]{1,5}){1,2}$/i.exec(path.posix.basename(filePath))?.[0] ?? ''
  return `${createHash('sha256').update(filePath).digest('hex').slice(0, 16)}${ending}`
}

/**
 * Single files, named by hand, that all belong to one dataset; SOURCE_UNREADABLE when one is not there. They go by their own
 * names, with as much of the path before it as tells them apart.
 */
export function openGivenFiles(name: string, files: readonly string[], dataset: string): Source {
  return filesSource(name, async () => {
    const given = await Promise.all([...new Set(files.map((file) => path.resolve(file)))].map(givenFile))
    const named = given.map((file) => ({...file, path: distinctName(file.localPath, given), dataset}))
    const deliveries = groupDeliveries(
      named.map((file) => ({path: path.posix.basename(file.path), dataset})),
      'date',
    )
    return named.map((file) => item({...file, delivery: deliveries.get(path.posix.basename(file.path)) ?? ''}))
  })
}

/** The last parts of the path, as few as no other given file ends with. */
function distinctName(localPath: string, given: readonly {readonly localPath: string}[]): string {
  const parts = localPath.split(path.sep)
  for (let count = 1; count < parts.length; count++) {
    const tail = parts.slice(-count)
    const ending = path.sep + tail.join(path.sep)
    if (given.every((other) => other.localPath === localPath || !other.localPath.endsWith(ending))) return tail.join('/')
  }
  return parts.join('/')
}

/** The dataset of the first glob that matches the path or the file's own name. */
export function matchDataset(filePath: string, match: FilesSettings['match']): string | undefined {
  const name = path.posix.basename(filePath)
  const entry = Object.entries(match).find(([, globs]) =>
    globs.some((glob) => path.posix.matchesGlob(filePath, glob) || path.posix.matchesGlob(name, glob)),
  )
  return entry?.[0]
}

function filesSource(
  name: string,
  find: () => Promise<readonly SourceItem[]>,
  trailerOf: (dataset: string) => string | undefined = () => undefined,
): Source {
  return {
    kind: 'files',
    name,
    async *list() {
      yield* await find()
    },
    look: async (one) => lookAtHead(await headOf(one)),
    prepare: (options) => prepareCsv(options, trailerOf(options.record.dataset)),
    cut: cutRecords,
  }
}

function item(file: ListedFile & Pick<SourceItem, 'dataset' | 'delivery' | 'controlTotal'>): SourceItem {
  return {
    ...file,
    open: () => readFileInBlocks(file.localPath),
    isUnchanged: async () => {
      const now = await statOf(file.localPath)
      if (!now?.isFile()) return false
      const {sizeBytes, modifiedAtMs, changedAtMs} = stateOf(now)
      return sizeBytes === file.sizeBytes && modifiedAtMs === file.modifiedAtMs && changedAtMs === file.changedAtMs
    },
  }
}

function passedOverItem({path: shown, reason}: PassedOver): SourceItem {
  return {
    path: shown,
    passedOver: reason,
    delivery: '',
    sizeBytes: 0,
    modifiedAtMs: 0,
    open: () => {
      throw new HippoError('SOURCE_UNREADABLE', {message: `what is passed over as ${reason} is never opened`})
    },
    isUnchanged: async () => true,
  }
}

async function givenFile(localPath: string): Promise<ListedFile> {
  const stats = await statOf(localPath)
  if (!stats) throw new HippoError('SOURCE_UNREADABLE', {message: `there is no file ${localPath}`, hint: 'check the path'})
  if (stats.isFile()) return {path: path.basename(localPath), localPath, ...stateOf(stats)}
  const what = stats.isDirectory() ? 'is a folder' : 'is a pipe, socket or device'
  throw new HippoError('SOURCE_UNREADABLE', {message: `${localPath} ${what}, not a file`, hint: 'name a file that lies on a disk'})
}

const smallestBlockBytes = 64 * 1024

/** The bytes of a file in blocks of at most 4 MiB, each its own memory. */
async function* readFileInBlocks(localPath: string): AsyncGenerator<Uint8Array> {
  // A pipe that took the file's place since it was listed would keep a plain open waiting for ever.
  const file = await open(localPath, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    throw unreadable(cause)
  })
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw unreadable(undefined)
    const blockBytes = Math.min(readBytes, Math.max(stats.size, smallestBlockBytes))
    for (;;) {
      const block = Buffer.allocUnsafeSlow(blockBytes)
      const {bytesRead} = await file.read(block, 0, blockBytes).catch((cause: unknown) => {
        throw unreadable(cause)
      })
      if (bytesRead === 0) return
      yield block.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

async function headOf(one: Pick<SourceItem, 'open'>): Promise<Uint8Array> {
  const blocks: Uint8Array[] = []
  let length = 0
  for await (const block of one.open()) {
    blocks.push(block)
    length += block.length
    if (length >= headBytes) break
  }
  return Buffer.concat(blocks).subarray(0, headBytes)
}

function unreadable(cause: unknown): HippoError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'not a file'
  return new HippoError('SOURCE_UNREADABLE', {message: `a source file cannot be read (${code})`, hint: 'check its permissions', cause})
}
