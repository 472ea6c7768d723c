// A store whose process dies at its n-th call that changes something: before the store has done it, or after. Whatever it is
// asked from then on is refused, as by a process that is not there any more.
import type {ContentPlacement} from '../../src/core/store/content-placement.ts'
import type {ObjectStore} from '../../src/core/store/object-store.ts'
import {delegate, Stopped} from './stopping-workspace.ts'

export interface StoppingStore {
  readonly store: ObjectStore
  /** Calls so far that change something. */
  calls(): number
}

export interface StopAtCall {
  /** 0-based; never when undefined. */
  readonly call: number | undefined
  readonly when: 'before' | 'after'
}

/** `inner` is a store on this machine. */
export function stoppingStore(inner: ObjectStore, {call, when}: StopAtCall): StoppingStore {
  let calls = 0
  let isStopped = false
  const alive = <T>(work: () => T): T => {
    if (isStopped) throw new Stopped()
    return work()
  }
  const counted = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isStopped) throw new Stopped()
    if (calls++ !== call) return work()
    isStopped = true
    if (when === 'after') await work()
    throw new Stopped()
  }
  const placing = inner as ObjectStore & ContentPlacement
  const changed: Partial<ObjectStore & ContentPlacement> = {
    putIfAbsent: (key, body, options) => counted(() => inner.putIfAbsent(key, body, options)),
    put: (key, body, options) => counted(() => inner.put(key, body, options)),
    delete: (key) => counted(() => inner.delete(key)),
    placeFile: (key, path) => counted(() => placing.placeFile(key, path)),
    placeContent: (body, keyOf, options) => counted(() => placing.placeContent(body, keyOf, options)),
    head: async (key) => alive(() => inner.head(key)),
    get: async (key, options) => alive(() => inner.get(key, options)),
    list: (prefix, options) => alive(() => inner.list(prefix, options)),
  }
  return {store: delegate(placing, changed), calls: () => calls}
}
