// What a store that is a server can say about it, for `hippo doctor`. A folder has nothing to try out.
import type {ObjectStore} from './object-store.ts'

export interface StoreCheck {
  /** Where and what the server is, and what it was seen to do. */
  readonly facts: readonly string[]
  /** What makes it unsafe to write to; empty when it is safe. */
  readonly faults: readonly string[]
  /** What a person should know although it is safe. */
  readonly warnings: readonly string[]
}

interface ProbedStore {
  check(): Promise<StoreCheck>
}

/** Tries the server of a store out anew; undefined for a store without one. */
export async function checkStore(store: ObjectStore): Promise<StoreCheck | undefined> {
  return 'check' in store ? (store as ObjectStore & ProbedStore).check() : undefined
}
