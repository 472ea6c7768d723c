// The calls that a verb makes to the store, one by one: counted, or stopped at one of them as a process would be that dies there.
// After that instant every call is refused, so that nothing later reaches the lake.
import type {Workspace} from '../../src/core/index.ts'
import type {ObjectStore} from '../../src/core/store/object-store.ts'
import {delegate, Stopped} from './stopping-workspace.ts'

export interface StopAtCall {
  /** 0-based. */
  readonly call: number
  readonly when: 'before' | 'after'
}

export interface CountedWorkspace {
  readonly workspace: Workspace
  /** What was called so far, in order: `putIfAbsent KEY`, `list PREFIX`, … */
  readonly calls: readonly string[]
}

const reads = ['head', 'get']
const listings = ['list', 'stream']
const writes = ['put', 'putIfAbsent', 'delete', 'placeContent', 'placeFile']

/** The workspace with its store counted, and stopped at one call when that is given. */
export function countedWorkspace(workspace: Workspace, stop?: StopAtCall): CountedWorkspace {
  const calls: string[] = []
  let counted: Promise<ObjectStore> | undefined
  const store = () => {
    counted ??= workspace.store().then((inner) => countedStore(inner, calls, stop))
    return counted
  }
  return {workspace: delegate(workspace, {store}), calls}
}

/** Calls that change something; a stop after any other is the same as one before the next. */
export function isWrite(call: string): boolean {
  return writes.includes(call.split(' ', 1)[0] ?? '')
}

type Method = (...given: readonly unknown[]) => unknown

function countedStore(inner: ObjectStore, calls: string[], stop: StopAtCall | undefined): ObjectStore {
  let isStopped = false
  const enter = (name: string, [first]: readonly unknown[]): boolean => {
    if (isStopped) throw new Stopped()
    const isHere = calls.push(`${name} ${typeof first === 'string' ? first : 'content'}`) - 1 === stop?.call
    if (!isHere) return false
    isStopped = true
    if (stop.when === 'before') throw new Stopped()
    return true
  }
  const once =
    (name: string, method: Method): Method =>
    async (...given) => {
      const isLast = enter(name, given)
      const result = await method(...given)
      if (isLast) throw new Stopped()
      return result
    }
  const listed = (name: string, method: Method): Method =>
    async function* (...given) {
      if (enter(name, given)) throw new Stopped()
      yield* method(...given) as AsyncIterable<unknown>
    }
  return new Proxy(inner, {
    get: (original, name) => {
      const value: unknown = Reflect.get(original, name, original)
      if (typeof value !== 'function') return value
      const method = value.bind(original) as Method
      if ([...reads, ...writes].includes(String(name))) return once(String(name), method)
      return listings.includes(String(name)) ? listed(String(name), method) : method
    },
  })
}
