// A workspace whose process dies at one call to the store: before the store has done it, or right after. From that instant no
// call to store, database or engine ever comes back, so that nothing of the verb runs on: no handler, no clean-up, no last word
// in the catalog, as when a process is killed. What the system does for a dead process is `bury`'s to do.
import {spawnSync} from 'node:child_process'
import {existsSync, readdirSync, renameSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type {Workspace} from '../../src/core/index.ts'
import type {Database, Queryable} from '../../src/core/postgres/database.ts'
import {sql} from '../../src/core/postgres/sql.ts'
import type {ObjectStore} from '../../src/core/store/object-store.ts'
import {delegate} from './stopping-workspace.ts'

export interface DeathAt {
  /** 0-based. */
  readonly call: number
  readonly when: 'before' | 'after'
}

export interface MortalWorkspace {
  readonly workspace: Workspace
  /** What the store was asked for so far, in order: `putIfAbsent KEY`, `list PREFIX`, … */
  readonly calls: readonly string[]
  /** For each call, how many changes of the catalog there were before it. */
  readonly changesBefore: readonly number[]
  /** Resolves at the instant of death. */
  readonly died: Promise<'died'>
}

type Method = (...given: readonly unknown[]) => unknown

const changing = ['put', 'putIfAbsent', 'delete', 'placeContent', 'placeFile']
const listing = ['list', 'stream']
const immediate = ['capabilities', 'localPath', 'explain', 'close']
const never = new Promise<never>(() => undefined)

/**
 * Every death there is: before each call, and after each that changes something. Deaths between which neither lake nor catalog
 * changed leave the same behind and are one: that of the last of these calls.
 */
export function deathsAt({calls, changesBefore}: Pick<MortalWorkspace, 'calls' | 'changesBefore'>): readonly DeathAt[] {
  const isChanging = (index: number) => changing.includes(calls[index]?.split(' ', 1)[0] ?? '')
  const isSameAsNext = (index: number) =>
    !isChanging(index) && index + 1 < calls.length && changesBefore[index] === changesBefore[index + 1]
  return calls.flatMap((_, index): readonly DeathAt[] => [
    ...(isSameAsNext(index) ? [] : [{call: index, when: 'before'} as const]),
    ...(isChanging(index) ? [{call: index, when: 'after'} as const] : []),
  ])
}

/** Never dies without `at`. */
export function mortalWorkspace(workspace: Workspace, at?: DeathAt): MortalWorkspace {
  const calls: string[] = []
  const changesBefore: number[] = []
  let changes = 0
  let isDead = false
  let die: (word: 'died') => void = () => undefined
  const died = new Promise<'died'>((resolve) => {
    die = resolve
  })
  const end = (): Promise<never> => {
    isDead = true
    die('died')
    return never
  }
  const alive = async <T>(work: () => T): Promise<Awaited<T>> => {
    if (isDead) return never
    const result = await work()
    return isDead ? never : result
  }
  const isHere = (name: string, [first]: readonly unknown[]) => {
    changesBefore.push(changes)
    return calls.push(`${name} ${typeof first === 'string' ? first : 'content'}`) - 1 === at?.call
  }
  const store = (inner: ObjectStore): ObjectStore =>
    wrapped(inner, (name, method) => {
      if (listing.includes(name)) {
        return async function* (...given) {
          if (isDead || isHere(name, given)) await end()
          for await (const one of method(...given) as AsyncIterable<unknown>) yield isDead ? await never : one
        }
      }
      return async (...given) => {
        if (isDead) return never
        const isLast = isHere(name, given)
        if (isLast && at?.when === 'before') return end()
        const result = await method(...given)
        return isLast ? end() : alive(() => result)
      }
    })
  const gated = <T extends object>(inner: T): T =>
    wrapped(
      inner,
      (_, method) =>
        (...given) =>
          alive(() => method(...given)),
    )
  const counted = <T extends Queryable>(inner: T): T =>
    wrapped(inner, (name, method) => (...given) => {
      if (isChange(name, given)) changes++
      return alive(() => method(...given))
    })
  const database = (inner: Database): Database =>
    delegate(counted(inner), {
      transaction: (work) =>
        alive(() => inner.transaction((tx) => alive(() => work(counted(tx))))).finally(() => {
          changes++
        }),
      withLock: (name, options, work) => alive(() => inner.withLock(name, options, (lost) => alive(() => work(lost)))),
    })
  const once = <T>(open: () => Promise<T>) => {
    let opened: Promise<T> | undefined
    return () => {
      opened ??= open()
      return alive(() => opened as Promise<T>)
    }
  }
  return {
    calls,
    changesBefore,
    died,
    workspace: delegate(workspace, {
      store: once(async () => store(await workspace.store())),
      database: once(async () => database(await workspace.database())),
      engine: once(async () => gated(await workspace.engine())),
      stagingDirectory: () => alive(() => workspace.stagingDirectory()),
    }),
  }
}

/** Whether a statement changes what a rerun finds. How far a run is, is for people only. */
function isChange(name: string, [first]: readonly unknown[]): boolean {
  const text = typeof first === 'object' && first !== null && 'text' in first ? String(first.text) : name
  return /\b(insert|update|delete|create|drop|alter|truncate|copyIn|refresh|do)\b/i.test(text) && !/set progress =/.test(text)
}

function wrapped<T extends object>(inner: T, wrap: (name: string, method: Method) => Method): T {
  return new Proxy(inner, {
    get: (original, name) => {
      const value: unknown = Reflect.get(original, name, original)
      if (typeof value !== 'function') return value
      const method = value.bind(original) as Method
      return immediate.includes(String(name)) ? method : wrap(String(name), method)
    },
  })
}

/**
 * Does for a dead verb of `ward` what the system does: its connections break, which ends its transactions and frees its locks,
 * and its pid is nobody's. What it left on disk stays. `open` gives the database to whoever comes next.
 */
export async function bury({root}: {readonly root: string}, open: () => Promise<Database>): Promise<void> {
  const {pid} = spawnSync('true')
  const staging = path.join(root, '.hippo', 'staging')
  const [own, nobody] = [process.pid, pid].map((one) => `${os.hostname()}.${one}-`)
  if (existsSync(staging))
    for (const name of readdirSync(staging)) renameSync(path.join(staging, name), path.join(staging, name.replace(own ?? '', nobody ?? '')))
  const database = await open()
  await database.query(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  )
  await database.query(sql`update hippo.runs set pid = ${pid} where state = 'running'`)
}
