import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {ReadingProgress} from '../../../src/core/engine/polars/reading-progress.ts'

const sizeBytes = 64 << 20

type Heard = {readonly phase: string; readonly fraction?: number}

describe.skipIf(process.platform !== 'linux')('ReadingProgress', () => {
  let folder: string
  let file: string

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hippo-progress-'))
    file = path.join(folder, 'rows.csv')
    writeFileSync(file, Buffer.alloc(sizeBytes, 'a'))
  })

  afterEach(() => rmSync(folder, {recursive: true}))

  it('tells the share of the input that a process has read since the phase began, never more than all', async () => {
    const heard: Heard[] = []
    readFileSync(file)
    const progress = new ReadingProgress(process.pid, sizeBytes, (one) => heard.push(one))

    progress.enter('write')
    await vi.waitFor(() => expect(heard.at(-1)?.fraction).toBeLessThan(0.5), {timeout: 5000})
    readFileSync(file)
    await vi.waitFor(() => expect(heard.at(-1)?.fraction).toBe(1), {timeout: 5000})
    progress.stop()

    expect(heard[0]).toEqual({phase: 'write'})
    expect(heard.every(({phase, fraction = 0}) => phase === 'write' && fraction >= 0 && fraction <= 1)).toBe(true)
  })

  it('tells no share of the passes before, which read the same files, and nothing once it is stopped', async () => {
    const heard: Heard[] = []
    const progress = new ReadingProgress(process.pid, sizeBytes, (one) => heard.push(one))
    progress.enter('compare keys')
    readFileSync(file)
    await new Promise((resolve) => setTimeout(resolve, 600))

    progress.enter('write')
    await vi.waitFor(() => expect(heard.at(-1)?.fraction).toBeLessThan(0.5), {timeout: 5000})
    progress.stop()
    const count = heard.length
    await new Promise((resolve) => setTimeout(resolve, 600))

    expect(heard[0]).toEqual({phase: 'compare keys'})
    expect(heard[1]).toEqual({phase: 'write'})
    expect(heard).toHaveLength(count)
  })
})
