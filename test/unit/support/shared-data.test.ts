import {spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {sharedData} from '../../support/shared-data.ts'

describe('sharedData', () => {
  let folder = ''

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hippo-shared-data-test-'))
    vi.stubEnv('HIPPO_SHARED_DATA', folder)
    vi.stubEnv('HIPPO_TEST_REQUIRE', '')
    vi.stubEnv('TMPDIR', folder)
  })

  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(folder, {recursive: true, force: true})
  })

  it('is undefined with one printed line when the archive is absent', () => {
    const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined)

    expect(sharedData('absent')).toBeUndefined()

    expect(printed).toHaveBeenCalledTimes(1)
    printed.mockRestore()
  })

  it('throws where shared data is required', () => {
    vi.stubEnv('HIPPO_TEST_REQUIRE', 'postgres,data')

    expect(() => sharedData('absent')).toThrow(/shared data absent/)
  })

  it('unpacks an archive once and gives the folder that it is about', ({skip}) => {
    mkdirSync(join(folder, 'set', 'part'), {recursive: true})
    writeFileSync(join(folder, 'set', 'part', 'a.csv'), 'a\n1\n')
    const packed = spawnSync('tar', ['cJf', join(folder, 'set_part.tar.xz'), '-C', folder, 'set/part/'])
    if (packed.status !== 0) skip('tar with xz is not installed')

    const [first, second] = [sharedData('set_part'), sharedData('set_part')]

    expect(first).toBe(second)
    expect(readdirSync(first ?? '')).toEqual(['a.csv'])
    expect(readFileSync(join(first ?? '', 'a.csv'), 'utf8')).toBe('a\n1\n')
    expect(existsSync(first ?? '')).toBe(true)
    expect(readdirSync(join(first ?? '', '..')).filter((name) => name.includes('partial'))).toEqual([])
  })
})
