// Folders whose entries survive a power cut: a new name is durable only once the folder that holds it is synced.
import {mkdir, open} from 'node:fs/promises'
import {dirname} from 'node:path'
import {systemCode} from '../system-code.ts'

/** Waits until the names in a folder are on disk. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Makes a folder and those above it, durably; nothing happens when it is there. */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  try {
    await mkdir(path, {mode})
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    await makeFolder(dirname(path), mode)
    return makeFolder(path, mode)
  }
  try {
    await syncFolder(dirname(path))
  } catch (error) {
    // A delete beside us emptied the folders above and removed them: they are made again.
    if (systemCode(error) !== 'ENOENT') throw error
    return makeFolder(path, mode)
  }
}
