import {describe, expect, it} from 'vitest'
import {untrusted} from '../../../src/ui/report/untrusted.ts'

describe('untrusted', () => {
  it.each([
    ['a colour escape', '\u001b[31mred', '�[31mred'],
    ['a C1 escape', '\u009b2Jgone', '�2Jgone'],
    ['a title escape', '\u001b]0;owned\u0007', '�]0;owned�'],
    ['a NUL', 'a\u0000b', 'a�b'],
    ['a right-to-left override', 'a\u202Eb', 'a�b'],
    ['a zero-width space', 'a\u200bb', 'a�b'],
    ['half a character', 'a\ud83d', 'a�'],
    ['line breaks', 'a\r\nb\u2028c', 'a b c'],
  ])('makes %s harmless', (_name, text, shown) => {
    expect(untrusted(text)).toBe(shown)
  })

  it('leaves the letters of any language and emoji alone', () => {
    const text = 'Åsa Müller 田中 محمد 👩‍⚕️ =cmd|calc'

    expect(untrusted(text)).toBe(text)
  })
})
