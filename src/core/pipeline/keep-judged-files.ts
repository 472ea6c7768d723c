// What rows were judged by goes into the lake, so that a half-done batch can be finished under it after the files were edited.
import {readFile} from 'node:fs/promises'
import {referenceFilePath} from '../contract/reference-files.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {layout} from '../lake/layout.ts'
import type {Contract, ReferenceFile} from '../model/contract.ts'
import type {ObjectStore} from '../store/object-store.ts'

/** Keeps a contract under which a batch is committed. */
export async function keepContract(store: ObjectStore, {digest, dataset, path}: Contract): Promise<void> {
  await keepFile(store, path, {key: layout.contract(digest), sha256: digest, what: `the contract of ${dataset}`})
}

/** Keeps the files that the contract refers to. */
export async function keepReferenceFiles(store: ObjectStore, contract: Contract): Promise<void> {
  for (const {path, sha256} of filesOf(contract)) {
    const what = `file ${path}, which the contract of ${contract.dataset} refers to,`
    await keepFile(store, referenceFilePath(contract, path), {key: layout.referenceFile(sha256), sha256, what})
  }
}

/** SHA-256 of the files that a contract refers to, for the record of a batch. */
export function digestsOfFiles(contract: Contract): {readonly files?: Readonly<Record<string, string>>} {
  const files = filesOf(contract)
  return files.length === 0 ? {} : {files: Object.fromEntries(files.map(({path, sha256}) => [path, sha256]))}
}

const filesOf = ({referenceFiles}: Contract): readonly ReferenceFile[] =>
  [...(referenceFiles?.values() ?? [])].filter((file) => typeof file === 'object')

interface KeptFile {
  readonly key: string
  readonly sha256: string
  readonly what: string
}

/** A file edited since it was read no longer has the digest it was judged by, and the run must not go on under a false one. */
async function keepFile(store: ObjectStore, path: string, {key, sha256, what}: KeptFile): Promise<void> {
  if (await store.head(key)) return
  const edited = (cause: unknown) =>
    new HippoError('CONTRACT_CHANGED', {
      message: `${what} was edited while a batch was judged; nothing was committed`,
      hint: 'run hippo promote silver again',
      cause,
    })
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw edited(cause)
  })
  await store.putIfAbsent(key, bytes, {sha256}).catch((cause: unknown) => {
    throw cause instanceof HippoError && cause.code === 'STORE_CORRUPT' ? edited(cause) : cause
  })
}
