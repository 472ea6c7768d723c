// A folder into which others drop files. It lists what lies there, says which dataset each file is for by the globs of
// hippo.yaml (the first that matches wins), and prepares captured files. It never writes, moves or deletes anything there.
import {createHash} from 'node:crypto'
import {open} from 'node:fs/promises'
import path from 'node:path'
import type {FilesSource as FilesSettings} from '../../config/config.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import type {Source, SourceItem} from '../source.ts'
import {readBytes} from './file-window.ts'
import {headBytes, lookAtHead} from './inspect-head.ts'
import {type ListedFile, listFiles, stateOf, statOf} from './list-files.ts'
import {prepareCsv} from './prepare-csv.ts'

/** A folder as a source; `root` is the workspace that its path is relative to. */
export function openFilesSource(name: string, settings: FilesSettings, {root}: {readonly root: string}): Source {
  const folder = path.resolve(root, settings.path)
  return filesSource(name, async () =>
    (await listFiles(folder)).map((file) => {
      const dataset = matchDataset(file.path, settings.match)
      const shown = settings.pathsArePhi ? {...file, path: hashedPath(file.path)} : file
      return dataset === undefined ? {file: shown} : {file: shown, dataset}
    }),
  )
}

/** Stands for a received path that may identify a person: the same path always gives the same name, its ending stays. */
function hashedPath(filePath: string): string {
  const ending = /(\.[a-z0-9]{1,5}){1,2}$/i.exec(path.posix.basename(filePath))?.[0] ?? ''
  return `${createHash('sha256').update(filePath).digest('hex').slice(0, 16)}${ending}`
}

/** Single files, named by hand, that all belong to one dataset; SOURCE_UNREADABLE when one is not there. */
export function openGivenFiles(name: string, files: readonly string[], dataset: string): Source {
  return filesSource(name, () => Promise.all(files.map(async (file) => ({file: await givenFile(file), dataset}))))
}

/** The dataset of the first glob that matches the path or the file's own name. */
export function matchDataset(filePath: string, match: FilesSettings['match']): string | undefined {
  const name = path.posix.basename(filePath)
  const entry = Object.entries(match).find(([, globs]) =>
    globs.some((glob) => path.posix.matchesGlob(filePath, glob) || path.posix.matchesGlob(name, glob)),
  )
  return entry?.[0]
}

interface Found {
  readonly file: ListedFile
  readonly dataset?: string
}

function filesSource(name: string, find: () => Promise<readonly Found[]>): Source {
  return {
    kind: 'files',
    name,
    async *list() {
      for (const {file, dataset} of await find()) yield item(file, dataset)
    },
    look: async (one) => lookAtHead(await headOf(one)),
    prepare: prepareCsv,
  }
}

function item(file: ListedFile, dataset: string | undefined): SourceItem {
  return {
    ...file,
    ...(dataset === undefined ? {} : {dataset}),
    open: () => readFileInBlocks(file.localPath),
    isUnchanged: async () => {
      const now = await statOf(file.localPath)
      if (now === undefined) return false
      const {sizeBytes, modifiedAtMs, changedAtMs} = stateOf(now)
      return sizeBytes === file.sizeBytes && modifiedAtMs === file.modifiedAtMs && changedAtMs === file.changedAtMs
    },
  }
}

async function givenFile(file: string): Promise<ListedFile> {
  const localPath = path.resolve(file)
  const stats = await statOf(localPath)
  if (!stats?.isFile()) throw new HippoError('SOURCE_UNREADABLE', {message: `there is no file ${file}`, hint: 'check the path'})
  return {path: path.basename(file), localPath, ...stateOf(stats)}
}

/** The bytes of a file in blocks of 4 MiB, each its own memory. */
async function* readFileInBlocks(localPath: string): AsyncGenerator<Uint8Array> {
  const file = await open(localPath).catch((cause: unknown) => {
    throw unreadable(cause)
  })
  try {
    for (;;) {
      const block = Buffer.allocUnsafeSlow(readBytes)
      const {bytesRead} = await file.read(block, 0, readBytes).catch((cause: unknown) => {
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
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  return new HippoError('SOURCE_UNREADABLE', {message: `a source file cannot be read (${code})`, hint: 'check its permissions', cause})
}
