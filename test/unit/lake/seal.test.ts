import {describe, expect, it} from 'vitest'
import {openSealed, seal} from '../../../src/core/lake/seal.ts'

describe('seal', () => {
  it('keeps text that only its key opens, and that looks different each time', () => {
    const sealed = seal('a key', 'K4711 Zwölfbäuerin')

    expect(openSealed('a key', sealed)).toBe('K4711 Zwölfbäuerin')
    expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('4711')
    expect(seal('a key', 'K4711 Zwölfbäuerin')).not.toBe(sealed)
  })

  it('refuses another key, and what was altered or cut off, without repeating it', () => {
    const sealed = seal('a key', 'K4711')
    const bytes = Buffer.from(sealed, 'base64')
    bytes[20] = (bytes[20] ?? 0) ^ 1
    const altered = bytes.toString('base64')

    for (const open of [() => openSealed('another', sealed), () => openSealed('a key', altered), () => openSealed('a key', 'AAAA')])
      expect(open).toThrow(expect.objectContaining({code: 'CONFIG_INVALID', message: expect.not.stringContaining('4711')}))
  })
})
