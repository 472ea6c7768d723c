import type {Key} from 'ink'
import {describe, expect, it} from 'vitest'
import {keysOf} from '../../../src/ui/keys.ts'

const none: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
}

describe('keysOf', () => {
  it.each([
    ['jjj', {}, ['j', 'j', 'j']],
    ['jj\r', {}, ['j', 'j', 'enter']],
    ['', {downArrow: true}, ['down']],
    ['', {tab: true, shift: true}, ['shift+tab']],
    ['c', {ctrl: true}, ['ctrl+c']],
    [' ', {}, ['space']],
    ['\u0000\u0007x', {}, ['x']],
    ['患é', {}, ['患', 'é']],
    ['x', {meta: true}, []],
  ] as const)('hears %j with %j as %j', (input, pressed, expected) => {
    expect(keysOf(input, {...none, ...pressed})).toEqual(expected)
  })
})
