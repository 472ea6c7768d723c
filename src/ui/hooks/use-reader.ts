// One question to the reader, asked again at every tick and never twice at a time. The last good answer stays while a later
// question fails, together with the failure.
import {useEffect, useRef, useState} from 'react'

export interface Reading<T> {
  readonly value?: T
  /** Of the newest question, when it failed. */
  readonly error?: unknown
}

interface Kept<T> extends Reading<T> {
  readonly key: string
}

/** Answers to `read`; a new `key` is another question, and answers to the one before no longer count. */
export function useReader<T>(key: string, tick: number, read: () => Promise<T>): Reading<T> {
  const [kept, setKept] = useState<Kept<T>>({key})
  const asking = useRef<{key: string; again: boolean} | undefined>(undefined)
  const question = useRef({key, read})
  question.current = {key, read}
  const isMounted = useRef(true)
  useEffect(() => {
    isMounted.current = true
    return () => {
      isMounted.current = false
    }
  }, [])
  useEffect(() => {
    if (tick >= 0) void ask(key)
    async function ask(about: string): Promise<void> {
      if (asking.current !== undefined && asking.current.key === about) {
        asking.current.again = true
        return
      }
      const mine = {key: about, again: false}
      asking.current = mine
      const answer = await settle(question.current.read)
      if (asking.current === mine) asking.current = undefined
      if (!isMounted.current || question.current.key !== about) return
      setKept((before) => ({...(before.key === about && 'error' in answer ? before : {}), ...answer, key: about}))
      if (mine.again) await ask(about)
    }
  }, [key, tick])
  return kept.key === key ? kept : {}
}

async function settle<T>(read: () => Promise<T>): Promise<{readonly value: T; readonly error?: undefined} | {readonly error: unknown}> {
  try {
    return {value: await read(), error: undefined}
  } catch (error) {
    return {error}
  }
}
