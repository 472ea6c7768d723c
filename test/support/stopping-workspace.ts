// A workspace whose process "dies" at one exact place: the store refuses everything from the first put of a chosen key on, so
// nothing after that instant reaches the disk. `after` lets that one put through first.
import type {Workspace} from '../../src/core/index.ts'
import type {ObjectStore} from '../../src/core/store/object-store.ts'

export class Stopped extends Error {
  override readonly name = 'Stopped'
}

export interface StopAt {
  readonly key: RegExp
  readonly when: 'before' | 'after'
}

/** The workspace with such a store; a verb on it fails with a bug's error whose cause is `Stopped`. */
export function stoppingWorkspace(workspace: Workspace, at: StopAt): Workspace {
  return delegate(workspace, {store: async () => stoppingStore(await workspace.store(), at)})
}

/** The workspace with some of its ports replaced. */
export function delegate<T extends object>(target: T, replaced: Partial<T>): T {
  return new Proxy(target, {
    get: (original, name) => {
      if (name in replaced) return Reflect.get(replaced, name)
      const value: unknown = Reflect.get(original, name, original)
      return typeof value === 'function' ? value.bind(original) : value
    },
  })
}

function stoppingStore(store: ObjectStore, {key: pattern, when}: StopAt): ObjectStore {
  let isStopped = false
  const guard = async <T>(key: string, put: () => Promise<T>): Promise<T> => {
    if (isStopped) throw new Stopped()
    if (!pattern.test(key)) return put()
    isStopped = true
    if (when === 'after') await put()
    throw new Stopped()
  }
  return delegate(store, {
    putIfAbsent: (key, body, options) => guard(key, () => store.putIfAbsent(key, body, options)),
    put: (key, body, options) => guard(key, () => store.put(key, body, options)),
  })
}
