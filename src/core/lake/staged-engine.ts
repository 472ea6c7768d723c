// An engine on this machine for a lake that is elsewhere. Plans name the lake's files by the store's URI; before a plan runs,
// each of them is copied once, under a private staging folder that goes when the workspace closes: data files never change, so
// a copy is never stale, and none outlives the command to be forgotten by an erasure.
import {mkdir} from 'node:fs/promises'
import path from 'node:path'
import type {Engine} from '../engine/engine.ts'
import type {ScanFile} from '../expr/plan.ts'
import {copyToFile} from '../store/copy-to-file.ts'
import type {ObjectStore} from '../store/object-store.ts'
import {eachAtOnce} from './each-at-once.ts'

export interface StagingPlaces {
  store(): Promise<ObjectStore>
  /** A private folder that exists. */
  folder(): Promise<string>
}

const copiesAtOnce = 4

/** The engine, reading files of the store from local copies. */
export function stagedEngine(engine: Engine, places: StagingPlaces): Engine {
  const copies = new StagedFiles(places)
  return {
    name: engine.name,
    capabilities: engine.capabilities,
    start: () => engine.start(),
    write: async (outputs, options) => engine.write(await copies.stage(outputs, options.signal), options),
    measure: async (plans, options) => engine.measure(await copies.stage(plans, options?.signal), options),
    rows: async (plan, limit, options) => engine.rows(await copies.stage(plan, options?.signal), limit, options),
    explain: (plan) => engine.explain(plan),
    close: () => engine.close(),
  }
}

class StagedFiles {
  readonly #places: StagingPlaces
  /** URI of a file -> path of its copy. */
  readonly #copies = new Map<string, Promise<string>>()
  #folder: Promise<string> | undefined

  constructor(places: StagingPlaces) {
    this.#places = places
  }

  /** The same plans over local copies; what they share stays shared. */
  async stage<T>(plans: T, signal: AbortSignal | undefined): Promise<T> {
    const store = await this.#places.store()
    const uris = [...remoteFiles(plans, `${store.uri}/`)]
    if (uris.length === 0) return plans
    const local = new Map<string, string>()
    await eachAtOnce(uris, copiesAtOnce, async (uri) => {
      local.set(uri, await this.#copy(store, uri, signal))
    })
    return withPaths(plans, local, new Map())
  }

  #copy(store: ObjectStore, uri: string, signal: AbortSignal | undefined): Promise<string> {
    const known = this.#copies.get(uri)
    if (known !== undefined) return known
    const target = this.#target(this.#copies.size).then(async (file) => {
      await copyToFile(store, uri.slice(store.uri.length + 1), file, signal)
      return file
    })
    this.#copies.set(uri, target)
    // A copy that failed is tried again by the next plan, under another name.
    return target.catch((error: unknown) => {
      this.#copies.delete(uri)
      throw error
    })
  }

  async #target(number: number): Promise<string> {
    this.#folder ??= this.#places.folder()
    const folder = path.join(await this.#folder, 'lake', `${number}-${crypto.randomUUID()}`)
    await mkdir(folder, {recursive: true, mode: 0o700})
    return path.join(folder, 'copy')
  }
}

function* remoteFiles(node: unknown, prefix: string, seen = new Set<object>()): Generator<string> {
  if (typeof node !== 'object' || node === null || seen.has(node)) return
  seen.add(node)
  if (isScanFile(node) && node.path.startsWith(prefix)) yield node.path
  for (const part of Object.values(node)) yield* remoteFiles(part, prefix, seen)
}

function withPaths<T>(node: T, local: ReadonlyMap<string, string>, done: Map<object, unknown>): T {
  if (typeof node !== 'object' || node === null) return node
  const known = done.get(node)
  if (known !== undefined) return known as T
  const changed = Array.isArray(node)
    ? node.map((part) => withPaths(part, local, done))
    : Object.fromEntries(Object.entries(node).map(([name, part]) => [name, withPaths(part, local, done)]))
  const copy = isScanFile(node) ? local.get(node.path) : undefined
  const result = copy === undefined ? changed : {...changed, path: copy}
  done.set(node, result)
  return result as T
}

function isScanFile(node: object): node is ScanFile {
  return 'path' in node && typeof node.path === 'string' && 'binding' in node && 'format' in node
}
