// Opens the read-only door for one command and closes it whatever happens.
import type {Workspace} from '../../core/index.ts'
import {openReader, type Reader} from '../../core/query/index.ts'

export async function withReader<T>(workspace: Workspace, work: (reader: Reader) => Promise<T>): Promise<T> {
  const reader = await openReader(workspace)
  try {
    return await work(reader)
  } finally {
    await reader.close()
  }
}
