import type {ObjectStore} from '../../src/core/store/object-store.ts'

export interface RecordingStore {
  readonly store: ObjectStore
  /** Requests since the last call of `take`, in order: `get KEY`, `list PREFIX`, `putIfAbsent KEY`, … */
  take(): readonly string[]
}

/** The store, with every request to it written down. */
export function recordingStore(inner: ObjectStore): RecordingStore {
  let requests: string[] = []
  const note = (verb: string, key: string) => requests.push(`${verb} ${key}`)
  return {
    take: () => {
      const taken = requests
      requests = []
      return taken
    },
    store: {
      kind: inner.kind,
      uri: inner.uri,
      head: (key) => {
        note('head', key)
        return inner.head(key)
      },
      get: (key, options) => {
        note('get', key)
        return inner.get(key, options)
      },
      stream: (key, options) => {
        note('stream', key)
        return inner.stream(key, options)
      },
      putIfAbsent: (key, body, options) => {
        note('putIfAbsent', key)
        return inner.putIfAbsent(key, body, options)
      },
      put: (key, body, options) => {
        note('put', key)
        return inner.put(key, body, options)
      },
      list: (prefix, options) => {
        note('list', prefix)
        return inner.list(prefix, options)
      },
      delete: (key) => {
        note('delete', key)
        return inner.delete(key)
      },
      capabilities: () => inner.capabilities(),
      localPath: (key) => inner.localPath(key),
    },
  }
}
