// Makes a workspace: the files that are missing, never touching one that is there; with files to start from, a draft contract
// a dataset as well. What it cannot finish it takes back: a file that cannot be read leaves no half-made workspace.
import {constants} from 'node:fs'
import {copyFile, mkdir, readdir, rm, rmdir, stat, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {initFiles} from './config/init-files.ts'
import {defaultName} from './config/load-config.ts'
import {nameDataset, patternsOf} from './config/name-dataset.ts'
import {HippoError} from './errors/hippo-error.ts'
import type {RunListener} from './model/run.ts'
import {draftContract} from './pipeline/infer-workspace.ts'
import type {Workspace} from './pipeline/ports.ts'
import {openWorkspace} from './workspace.ts'

export interface InitRequest {
  readonly directory: string
  /** After the folder when absent. */
  readonly name?: string
  /** Delivered files to draft contracts from. */
  readonly from?: readonly string[]
  /** Put copies of them into inbox/. */
  readonly copy?: boolean
  readonly env?: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
  readonly onEvent?: RunListener
}

export interface InitDataset {
  readonly dataset: string
  /** Relative to the root. */
  readonly contract: string
  /** kept: a contract of that name was there and is as it was. */
  readonly state: 'drafted' | 'kept'
  /** Names as the user gave them. */
  readonly files: readonly string[]
  /** Absent when kept. */
  readonly rows?: number
  readonly columns?: number
  readonly malformed?: number
  readonly match: readonly string[]
  /** False when hippo.yaml was there already and has no such dataset: its owner adds the patterns. */
  readonly matched: boolean
}

export interface InitResult {
  readonly root: string
  /** Files that were made, relative to the root. */
  readonly created: readonly string[]
  /** Only with files to start from. */
  readonly datasets?: readonly InitDataset[]
}

/** Writes what a workspace needs; SOURCE_* when a file cannot be read, STORE_UNWRITABLE when the folder cannot be written. */
export async function initWorkspace(request: InitRequest): Promise<InitResult> {
  const root = path.resolve(request.directory)
  if (request.name !== undefined && !/^[A-Za-z][A-Za-z0-9._-]*$/.test(request.name)) {
    throw new HippoError('CONFIG_USAGE', {
      message: 'a workspace name starts with a letter and holds only letters, digits, ".", "_" and "-"',
    })
  }
  const groups = await groupFiles(request.from ?? [])
  if (request.copy)
    await refuseTaken(
      root,
      groups.flatMap(({files}) => files),
    )
  const isNew = !(await isThere(root))
  const created: string[] = []
  try {
    const match = Object.fromEntries(groups.map(({dataset, patterns}) => [dataset, patterns]))
    for (const file of initFiles({name: request.name ?? defaultName(root), match})) {
      if (await writeIfAbsent(path.join(root, file.path), file.text)) created.push(file.path)
    }
    if (groups.length === 0) return {root, created}
    const datasets = await draftAll(root, groups, request, created)
    if (request.copy) for (const {files} of groups) for (const file of files) await copyToInbox(root, file, created)
    return {root, created, datasets}
  } catch (error) {
    await takeBack(root, created, isNew)
    throw error
  }
}

interface Group {
  readonly dataset: string
  readonly files: readonly string[]
  readonly patterns: readonly string[]
}

/** Files by dataset, the datasets with the longest names first, so that their patterns are tried first. */
async function groupFiles(files: readonly string[]): Promise<readonly Group[]> {
  const byDataset = new Map<string, string[]>()
  const neighbours = new Set(files.map((file) => path.basename(file)))
  for (const file of new Set(files)) {
    const info = await stat(file).catch(() => undefined)
    if (!info?.isFile())
      throw new HippoError('SOURCE_UNREADABLE', {message: `there is no file ${file}`, hint: 'name files with --from FILE…'})
    const {dataset} = nameDataset(path.basename(file))
    byDataset.set(dataset, [...(byDataset.get(dataset) ?? []), file])
    for (const name of await readdir(path.dirname(file)).catch(() => [])) neighbours.add(name)
  }
  return [...byDataset].map(([dataset, own]) => {
    const patterns = own.flatMap((file) => patternsOf(path.basename(file), [...neighbours]))
    return {dataset, files: own, patterns: [...new Set(patterns)]}
  })
}

async function draftAll(root: string, groups: readonly Group[], request: InitRequest, created: string[]): Promise<readonly InitDataset[]> {
  const workspace = await openWorkspace({flags: {workspace: root}, env: request.env ?? {}})
  try {
    const datasets: InitDataset[] = []
    for (const group of groups) datasets.push(await draftOne(workspace, group, request, created))
    return datasets
  } finally {
    await workspace.close()
  }
}

async function draftOne(
  workspace: Workspace,
  {dataset, files, patterns}: Group,
  {signal, onEvent}: InitRequest,
  created: string[],
): Promise<InitDataset> {
  const contract = `contracts/${dataset}.odcs.yaml`
  const matched = Object.values(workspace.config.sources).some(({match}) => Object.hasOwn(match, dataset))
  const known = {dataset, contract, files, match: patterns, matched}
  const target = path.join(workspace.root, contract)
  if (await isThere(target)) return {...known, state: 'kept'}
  const draft = await draftContract(workspace, {dataset, files, ...(signal ? {signal} : {}), ...(onEvent ? {onEvent} : {})})
  if (!(await writeIfAbsent(target, draft.text))) return {...known, state: 'kept'}
  created.push(contract)
  const {rows, columns, malformed} = draft
  return {...known, state: 'drafted', rows, columns, malformed}
}

async function writeIfAbsent(file: string, text: string): Promise<boolean> {
  return unlessThere(async () => {
    await mkdir(path.dirname(file), {recursive: true})
    await writeFile(file, text, {flag: 'wx'})
  })
}

/** Says before anything is made that a copy would have to replace another file. */
async function refuseTaken(root: string, files: readonly string[]): Promise<void> {
  const names = files.map((file) => path.basename(file))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new HippoError('CONFIG_USAGE', {message: `two of the files are called ${twice}`, hint: 'leave out --copy'})
  for (const name of names) {
    if (!(await isThere(path.join(root, 'inbox', name)))) continue
    throw new HippoError('CONFIG_EXISTS', {message: `inbox/${name} is already there`, hint: 'leave out --copy: nothing there is replaced'})
  }
}

async function copyToInbox(root: string, file: string, created: string[]): Promise<void> {
  const name = path.basename(file)
  created.push(`inbox/${name}`)
  await unlessThere(() => copyFile(file, path.join(root, 'inbox', name), constants.COPYFILE_EXCL))
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )

async function unlessThere(make: () => Promise<void>): Promise<boolean> {
  try {
    await make()
    return true
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    throw new HippoError('STORE_UNWRITABLE', {
      message: `the folder of the new workspace cannot be written (${code})`,
      hint: 'choose another folder: hippo init DIR',
      cause: error,
    })
  }
}

/** Removes what this call made, and folders that are empty then. */
async function takeBack(root: string, created: readonly string[], isNew: boolean): Promise<void> {
  for (const file of created) await rm(path.join(root, file), {force: true})
  const folders = new Set(created.map((file) => path.dirname(file)).filter((folder) => folder !== '.'))
  if (created.includes('hippo.yaml')) for (const folder of ['.hippo/staging', '.hippo']) folders.add(folder)
  for (const folder of [...folders, ...(isNew ? ['.'] : [])]) await rmdir(path.join(root, folder)).catch(() => undefined)
}
