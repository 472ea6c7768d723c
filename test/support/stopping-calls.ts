// A workspace whose store stops at its n-th call that changes something: before it happens or right after. From then on every
// such call fails, as if the process were gone.
import type {Workspace} from '../../src/core/index.ts'
import type {ContentPlacement} from '../../src/core/store/content-placement.ts'
import type {ObjectStore} from '../../src/core/store/object-store.ts'
import {delegate, Stopped} from './stopping-workspace.ts'

export interface StopAtCall {
  /** 1-based; 0 never stops. */
  readonly call: number
  readonly when: 'before' | 'after'
}

export interface CountingWorkspace {
  readonly workspace: Workspace
  /** Changing calls so far. */
  calls(): number
}

export function stoppingAtCall(workspace: Workspace, {call, when}: StopAtCall): CountingWorkspace {
  let calls = 0
  const guard = async <T>(change: () => Promise<T>): Promise<T> => {
    calls++
    if (call === 0 || calls < call) return change()
    if (calls === call && when === 'after') await change()
    throw new Stopped()
  }
  const store = async (): Promise<ObjectStore> => {
    const inner = (await workspace.store()) as ObjectStore & ContentPlacement
    return delegate(inner, {
      put: (...args) => guard(() => inner.put(...args)),
      putIfAbsent: (...args) => guard(() => inner.putIfAbsent(...args)),
      delete: (...args) => guard(() => inner.delete(...args)),
      placeContent: (...args) => guard(() => inner.placeContent(...args)),
      placeFile: (...args) => guard(() => inner.placeFile(...args)),
    })
  }
  return {workspace: delegate(workspace, {store}), calls: () => calls}
}
