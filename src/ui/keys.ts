// From what Ink hears to names of keys. Fast typing, key repeat and slow links put several characters into one event, so one
// event gives a list of keys in the order they were typed.
import type {Key} from 'ink'

const named: readonly (readonly [keyof Key, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageUp'],
  ['pageDown', 'pageDown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
]

/** Names of the keys in one input event: `up`, `ctrl+c`, `shift+tab`, `space`, or the character itself. */
export function keysOf(input: string, key: Key): readonly string[] {
  if (key.tab) return [key.shift ? 'shift+tab' : 'tab']
  const name = named.find(([property]) => key[property] === true)?.[1]
  if (name !== undefined) return [name]
  if (key.ctrl) return [`ctrl+${input}`]
  if (key.meta || key.super || key.hyper) return []
  return [...input].flatMap(characterKey)
}

function characterKey(character: string): readonly string[] {
  if (character === '\r' || character === '\n') return ['enter']
  if (character === '\t') return ['tab']
  if (character === '\u007f' || character === '\b') return ['backspace']
  if (character === ' ') return ['space']
  return /\p{Cc}/u.test(character) ? [] : [character]
}
