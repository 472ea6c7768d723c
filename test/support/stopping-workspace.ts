// A workspace whose process dies at one exact place: before or after the first put of a chosen key. In a child process it is
// killed; elsewhere the store refuses every later put, so that nothing after that instant reaches the lake.
import type {Workspace} from '../../src/core/index.ts'
import type {ObjectStore} from '../../src/core/store/object-store.ts'

export class Stopped extends Error {
  override readonly name = 'Stopped'
}

export interface StopAt {
  readonly key: RegExp
  readonly when: 'before' | 'after'
  /** Ends the process; throws `Stopped` when absent. */
  readonly die?: () => Promise<never>
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

async function refuse(): Promise<never> {
  throw new Stopped()
}

function stoppingStore(store: ObjectStore, {key: pattern, when, die = refuse}: StopAt): ObjectStore {
  let isStopped = false
  const guard = async <T>(key: string, put: () => Promise<T>): Promise<T> => {
    if (isStopped) return refuse()
    if (!pattern.test(key)) return put()
    isStopped = true
    if (when === 'after') await put()
    return die()
  }
  return delegate(store, {
    putIfAbsent: (key, body, options) => guard(key, () => store.putIfAbsent(key, body, options)),
    put: (key, body, options) => guard(key, () => store.put(key, body, options)),
  })
}
