// What the arguments ask for, by the ids of the commands alone. Pure.
import {HippoError} from '../../core/errors/hippo-error.ts'
import {nearest} from '../../core/errors/nearest.ts'

export type Invocation =
  | {readonly kind: 'version'}
  | {readonly kind: 'rootHelp'}
  /** Help on a command (its id) or a topic (its first word). */
  | {readonly kind: 'help'; readonly subject: string}
  | {readonly kind: 'command'; readonly id: string; readonly argv: readonly string[]}
  | {readonly kind: 'unknown'; readonly words: readonly string[]}

/** Reads `promote silver x`, `promote:silver x`, `help promote silver`, `promote silver --help`, `--version`. */
export function parseInvocation(argv: readonly string[], ids: readonly string[]): Invocation {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length
  const head = argv.slice(0, end)
  if (head.find((word) => word !== '--json') === '--version') return {kind: 'version'}
  const isHelpVerb = head[0] === 'help'
  const words = (isHelpVerb ? head.slice(1) : head).flatMap((word, index) => (index === 0 ? word.split(':') : [word]))
  const names = leadingNames(words)
  const id = longestId(names, ids)
  const [topic] = names
  if (isHelpVerb || head.includes('--help') || head.includes('-h')) {
    if (topic === undefined) return {kind: 'rootHelp'}
    if (id !== undefined) return {kind: 'help', subject: id}
    return names.length === 1 && isTopic(topic, ids) ? {kind: 'help', subject: topic} : {kind: 'unknown', words: names}
  }
  if (id !== undefined) return {kind: 'command', id, argv: [...words.slice(id.split(':').length), ...argv.slice(end)]}
  if (topic === undefined) return words.every((word) => word === '--json') ? {kind: 'rootHelp'} : {kind: 'unknown', words}
  return names.length === 1 && isTopic(topic, ids) ? {kind: 'help', subject: topic} : {kind: 'unknown', words: names}
}

/** Whether one JSON document is to be all of the output. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json')
}

/** The error for words that name no command: suggests the nearest, or lists what the topic has. */
export function unknownCommand(words: readonly string[], ids: readonly string[]): HippoError {
  const known = ids.map((id) => id.replaceAll(':', ' '))
  const typed = words.slice(0, 2).join(' ')
  const [topic = ''] = words
  const near = nearest(typed, known) ?? nearest(topic, known)
  const siblings = known.filter((name) => name.startsWith(`${topic} `)).map((name) => `hippo ${name}`)
  return new HippoError('CONFIG_USAGE', {
    message: `There is no command ${typed}.${near === undefined ? '' : ` Did you mean hippo ${near}?`}`,
    hint: near ? `hippo ${near}` : siblings.length > 0 ? siblings.join(', ') : 'hippo help',
  })
}

function leadingNames(words: readonly string[]): readonly string[] {
  const firstFlag = words.findIndex((word) => word.startsWith('-'))
  return firstFlag === -1 ? words : words.slice(0, firstFlag)
}

function longestId(names: readonly string[], ids: readonly string[]): string | undefined {
  for (let length = Math.min(names.length, 3); length > 0; length--) {
    const id = names.slice(0, length).join(':')
    if (ids.includes(id)) return id
  }
  return undefined
}

const isTopic = (word: string, ids: readonly string[]): boolean => ids.some((id) => id.startsWith(`${word}:`))
