// When to look again: at once after a change in the catalog (many in a row count as a few), and every second besides, so that
// ages and lateness are true without any change.
import {useEffect, useState} from 'react'
import type {Liveness, Reader} from '../../core/query/index.ts'

export interface Live {
  readonly liveness: Liveness | undefined
  /** Grows with every reason to look again. */
  readonly tick: number
}

/** Changes that follow each other faster than this are looked at together. */
const settleMs = 150

export function useLive(reader: Pick<Reader, 'watch'>, refreshMs: number): Live {
  const [live, setLive] = useState<Live>({liveness: undefined, tick: 0})
  useEffect(() => {
    const stopping = new AbortController()
    let waiting: NodeJS.Timeout | undefined
    const look = (): void => {
      waiting = undefined
      setLive(({liveness, tick}) => ({liveness, tick: tick + 1}))
    }
    const onChange = (liveness: Liveness): void => {
      setLive((before) => (isSame(before.liveness, liveness) ? before : {liveness, tick: before.tick + 1}))
      waiting ??= setTimeout(look, settleMs)
    }
    const everySecond = refreshMs > 0 ? setInterval(look, refreshMs) : undefined
    void reader.watch(onChange, {signal: stopping.signal})
    return () => {
      stopping.abort()
      clearTimeout(waiting)
      clearInterval(everySecond)
    }
  }, [reader, refreshMs])
  return live
}

const isSame = (a: Liveness | undefined, b: Liveness): boolean => a?.state === b.state && a.since === b.since
