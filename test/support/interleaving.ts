// Runs writers against one store in a random but repeatable order: every call of every writer waits for its turn, and a seed
// decides whose turn is next, and whose answer gets lost after the store has done what was asked.
import type {ObjectStore} from '../../src/core/store/object-store.ts'
import type {Seeded} from './seeded.ts'
import {delegate} from './stopping-workspace.ts'

export class AnswerLost extends Error {
  override readonly name = 'AnswerLost'
}

export interface Interleaving {
  /** The store as one writer sees it. */
  store(): ObjectStore
  /** Gives turns until every writer is done. */
  run(writers: readonly Promise<unknown>[]): Promise<void>
}

/** `lossRate`: share of puts whose answer never comes; half of them were done, half were not. */
export function interleaving(store: ObjectStore, random: Seeded, {lossRate}: {readonly lossRate: number}): Interleaving {
  const waiting: (() => void)[] = []
  const turn = () => new Promise<void>((resolve) => void waiting.push(resolve))
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    await turn()
    return work()
  }
  const perhapsLost = async <T>(work: () => Promise<T>): Promise<T> => {
    await turn()
    const isLost = random.next() < lossRate
    const isDone = !isLost || random.next() < 0.5
    const result = isDone ? await work() : undefined
    await turn()
    if (isLost || result === undefined) throw new AnswerLost()
    return result
  }
  return {
    store: () =>
      delegate(store, {
        head: (key) => inTurn(() => store.head(key)),
        get: (key, options) => inTurn(() => store.get(key, options)),
        putIfAbsent: (key, body, options) => perhapsLost(() => store.putIfAbsent(key, body, options)),
        put: (key, body, options) => inTurn(() => store.put(key, body, options)),
        delete: (key) => inTurn(() => store.delete(key)),
        list: async function* (prefix, options) {
          await turn()
          yield* store.list(prefix, options)
        },
      }),
    run: async (writers) => {
      let isDone = false
      const all = Promise.all(writers).finally(() => {
        isDone = true
      })
      all.catch(() => undefined)
      while (!isDone) {
        await new Promise((resolve) => setImmediate(resolve))
        const next = waiting.splice(random.below(waiting.length), 1)[0]
        next?.()
      }
      await all
    },
  }
}
