// Makes a workspace: the files that are missing, never touching one that is there.
import {mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {initFiles} from './config/init-files.ts'
import {HippoError} from './errors/hippo-error.ts'

export interface InitRequest {
  readonly directory: string
  /** The folder's name when absent. */
  readonly name?: string
}

export interface InitResult {
  readonly root: string
  /** Files that were made, relative to the root. */
  readonly created: readonly string[]
}

/** Writes what a workspace needs; STORE_UNWRITABLE when the folder cannot be written. */
export async function initWorkspace({directory, name}: InitRequest): Promise<InitResult> {
  const root = path.resolve(directory)
  const created: string[] = []
  for (const file of initFiles({name: name ?? path.basename(root)})) {
    if (await writeIfAbsent(path.join(root, file.path), file.text)) created.push(file.path)
  }
  return {root, created}
}

async function writeIfAbsent(file: string, text: string): Promise<boolean> {
  try {
    await mkdir(path.dirname(file), {recursive: true})
    await writeFile(file, text, {flag: 'wx'})
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
