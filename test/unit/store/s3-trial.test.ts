// What the store in S3 finds out about a server before it writes, on a server in this process.
import {describe, expect, it} from 'vitest'
import type {HippoError} from '../../../src/core/errors/hippo-error.ts'
import {openS3Store} from '../../../src/core/store/s3/open-s3-store.ts'
import {type SmallS3, type SmallS3Options, type SmallS3Request, smallBucket} from '../../support/small-s3.ts'
import {bytes, content, isComplete, large, limits, settingsOf, smallServer} from './small-s3-store.ts'

describe('trial of an S3 server', () => {
  const {start, now} = smallServer()
  const isUnlisted = ({key}: SmallS3Request) => /\/\.tmp\/probe-[^/]+\/kept$/.test(key)
  const trials = (server: SmallS3) => new Set(server.requests.filter(isUnlisted).map(({key}) => key)).size

  it('is made once for all who begin to write at the same time', async () => {
    const server = await start()
    const s3 = settingsOf(server)
    const store = await openS3Store({lake: `s3://${smallBucket}/lake`, s3, env: {}, limits})

    const outcomes = await Promise.all(Array.from({length: 8}, (_, index) => store.putIfAbsent(`object-${index}`, bytes('x'))))

    expect(outcomes).toEqual(outcomes.map(() => 'created'))
    expect(trials(server)).toBe(1)
  })

  it('is made anew by the next write when it could not be finished', async () => {
    let isDown = true
    const down = {kind: 'refuse', status: 500, code: 'InternalError'} as const
    const server = await start({fault: (request) => (isDown && request.method === 'PUT' ? down : undefined)})
    const s3 = settingsOf(server)
    const store = await openS3Store({lake: `s3://${smallBucket}/lake`, s3, env: {}, limits})
    const failures = await Promise.allSettled([store.putIfAbsent('one', bytes('x')), store.putIfAbsent('two', bytes('x'))])
    isDown = false

    const outcome = await store.putIfAbsent('one', bytes('x'))

    expect(failures.map(({status}) => status)).toEqual(['rejected', 'rejected'])
    expect(outcome).toBe('created')
    expect(trials(server)).toBe(2)
  })

  describe('on a server that checks first and writes later', () => {
    const racy = async (checksThenWrites: SmallS3Options['checksThenWrites']) => {
      const server = await start(checksThenWrites ? {checksThenWrites} : {})
      const s3 = settingsOf(server)
      return openS3Store({lake: `s3://${smallBucket}/lake`, s3, env: {}, oneRequestBytes: 100})
    }

    it('refuses to write, says why, and leaves nothing there', async () => {
      const store = await racy(['put', 'complete'])

      const error = await store.putIfAbsent('k', bytes('x')).catch((thrown: unknown) => thrown)

      expect(error).toMatchObject({code: 'STORE_UNSAFE', exitCode: 4})
      expect((error as HippoError).message).toMatch(/of 8 writers at once [2-8] were told that they had won/)
      expect([...now().objects.keys()]).toEqual([])
      await expect(store.put('k', bytes('x'))).rejects.toMatchObject({code: 'STORE_UNSAFE'})
      expect((await store.check()).faults).toHaveLength(1)
      expect(await store.head('k')).toBeUndefined()
    })

    it('writes large bodies without relying on it when only uploads in parts are decided so', async () => {
      const store = await racy(['complete'])

      const outcome = await store.putIfAbsent('k', large(content))

      expect(outcome).toBe('created')
      expect(store.capabilities()).toMatchObject({conditionalPut: true, conditionalMultipart: false})
      expect(now().requests.filter(isComplete).at(-1)?.headers['if-none-match']).toBeUndefined()
      expect(await store.putIfAbsent('k', large(content))).toBe('exists')
      expect((await store.check()).warnings).toHaveLength(1)
    })

    it('sees nothing wrong with one that decides', async () => {
      const store = await racy(undefined)

      const {faults, warnings} = await store.check()

      expect({faults, warnings}).toEqual({faults: [], warnings: []})
    })
  })
})
