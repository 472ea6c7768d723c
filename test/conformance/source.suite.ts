// What every kind of source promises, whatever it reads. A kind brings a harness that offers items to a source of that kind.
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import type {PreparedFile, RefusedFile, Source, SourceItem} from '../../src/core/source/source.ts'
import {collect} from '../support/collect.ts'
import {captureOf} from '../support/prepared.ts'

export interface SourceHarness {
  readonly source: Source
  /** Offers an item under a name; `content` says what is in it. The same name and content give the same bytes. */
  offer(name: string, content: 'sound' | 'oneBadRecord' | 'unreadable'): Promise<void>
  /** Changes an item that was offered before. */
  change(name: string): Promise<void>
  /** Stores the bytes of an item as capture does, and returns the local file. */
  capture(item: SourceItem): Promise<string>
  close(): Promise<void>
}

/** Runs the promises against one kind of source. */
export function sourceSuite(kind: string, open: () => Promise<SourceHarness>): void {
  describe(`a source of kind ${kind}`, () => {
    let harness: SourceHarness
    let staging: string

    beforeEach(async () => {
      harness = await open()
      staging = mkdtempSync(join(tmpdir(), 'hippo-source-suite-'))
    })

    afterEach(async () => {
      await harness.close()
      rmSync(staging, {recursive: true, force: true})
    })

    const items = () => collect(harness.source.list())
    const prepare = async (item: SourceItem): Promise<PreparedFile | RefusedFile> => {
      const localPath = await harness.capture(item)
      return harness.source.prepare({localPath, record: captureOf(item.sizeBytes), stagingDirectory: staging})
    }
    const only = async (): Promise<SourceItem> => {
      const [item] = await items()
      if (item === undefined) throw new Error('the source lists nothing')
      return item
    }

    it('lists what there is in the same order every time', async () => {
      for (const name of ['c', 'a', 'b']) await harness.offer(name, 'sound')

      const first = (await items()).map((item) => item.path)
      const second = (await items()).map((item) => item.path)

      expect(first).toHaveLength(3)
      expect(first).toEqual([...first].sort())
      expect(second).toEqual(first)
    })

    it('lists nothing where there is nothing', async () => {
      expect(await items()).toEqual([])
    })

    it('reads an item from the start again after a read that was broken off', async () => {
      await harness.offer('a', 'sound')
      const item = await only()
      for await (const _ of item.open()) break

      const whole = Buffer.concat(await collect(item.open()))
      const again = Buffer.concat(await collect(item.open()))

      expect(whole).toHaveLength(item.sizeBytes)
      expect(again.equals(whole)).toBe(true)
    })

    it('gives the same bytes for the same content, whatever its name', async () => {
      await harness.offer('a', 'sound')
      await harness.offer('b', 'sound')

      const [a, b] = await Promise.all((await items()).map(async (item) => Buffer.concat(await collect(item.open()))))

      expect(a?.equals(b ?? Buffer.alloc(0))).toBe(true)
    })

    it('prepares the same content to the same records every time', async () => {
      await harness.offer('a', 'oneBadRecord')
      const item = await only()

      const [first, second] = [await prepare(item), await prepare(item)]

      expect(first.kind).toBe('prepared')
      expect({...second, path: ''}).toEqual({...first, path: ''})
    })

    it('turns a bad record into a reason and keeps the others', async () => {
      await harness.offer('a', 'sound')
      const sound = await prepare(await only())
      await harness.offer('a', 'oneBadRecord')
      const mixed = await prepare(await only())

      if (sound.kind !== 'prepared' || mixed.kind !== 'prepared') throw new Error('a readable item was refused')
      expect(Object.values(sound.malformed)).toEqual([])
      expect(Object.values(mixed.malformed)).toEqual([1])
      expect(mixed.records).toBe(sound.records + 1)
    })

    it('refuses what cannot be read as a whole with a reason, at the first look and when preparing', async () => {
      await harness.offer('a', 'unreadable')
      const item = await only()

      const look = await harness.source.look(item)
      const outcome = await prepare(item)

      expect(outcome).toMatchObject({kind: 'refused', reason: look.rejected})
      expect(look.rejected).toBeDefined()
    })

    it('sees at the first look what is readable', async () => {
      await harness.offer('a', 'sound')

      const look = await harness.source.look(await only())

      expect(look.rejected).toBeUndefined()
    })

    it('says whether an item is still as it was listed', async () => {
      await harness.offer('a', 'sound')
      const item = await only()

      const before = await item.isUnchanged()
      await harness.change('a')

      expect([before, await item.isUnchanged()]).toEqual([true, false])
    })

    it('stops preparing when it is told to', async () => {
      await harness.offer('a', 'oneBadRecord')
      const item = await only()
      const localPath = await harness.capture(item)
      const signal = AbortSignal.abort()

      const prepared = harness.source.prepare({localPath, record: captureOf(item.sizeBytes), stagingDirectory: staging, signal})

      await expect(prepared).rejects.toMatchObject({name: 'AbortError'})
    })
  })
}
