// Finds the command, runs it, and turns whatever happens into an exit code. Everything heavy is behind the command's own
// module: help and usage errors load none of it.
import {HippoError} from '../core/errors/hippo-error.ts'
import {nearest} from '../core/errors/nearest.ts'
import type {HippoCommand} from './hippo-command.ts'
import {HippoHelp} from './shell/help.ts'
import {reportFailure} from './shell/report-failure.ts'
import {type Session, SessionConfig} from './shell/session.ts'

export interface MainOptions {
  /** Arguments after the program's name. */
  readonly argv: readonly string[]
  /** Folder with package.json, dist/ and oclif.manifest.json. */
  readonly root: string
  readonly signal: AbortSignal
  /** Exit code for the signal that aborted. */
  interruptCode(): number
}

/** All commands extend HippoCommand, which is not loaded for help. */
type ConcreteCommand = new (argv: string[], config: SessionConfig) => HippoCommand

/** Runs one invocation and returns its exit code; never throws for what a user can cause. */
export async function main({argv, root, signal, interruptCode}: MainOptions): Promise<number> {
  const session: Session = {argv, env: process.env, signal, interruptCode, exitCode: 0}
  try {
    const config = new SessionConfig(root, session)
    await config.load()
    await dispatch(config, argv)
  } catch (error) {
    reportFailure(error, session)
  }
  return session.exitCode
}

async function dispatch(config: SessionConfig, argv: readonly string[]): Promise<void> {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length
  const head = argv.slice(0, end)
  if (head[0] === '--version') {
    printVersion(config)
    return
  }
  const wantsHelp = head[0] === 'help' || head.includes('--help') || head.includes('-h')
  const words = (head[0] === 'help' ? head.slice(1) : head).flatMap((word, index) => (index === 0 ? word.split(':') : [word]))
  const {id, rest} = findCommandId(config, words)
  if (wantsHelp || words.every((word) => word.startsWith('-'))) {
    const name = words.filter((word) => !word.startsWith('-')).join(' ')
    if (id === undefined && name !== '' && !isTopic(config, words)) throw unknownCommand(config, words)
    await new HippoHelp(config).showHelp(id === undefined ? (name === '' ? [] : [words[0] ?? '']) : [id])
    return
  }
  if (id === undefined) {
    if (words.length === 1 && isTopic(config, words)) return new HippoHelp(config).showHelp([words[0] ?? ''])
    throw unknownCommand(config, words)
  }
  const Loaded = (await config.findCommand(id, {must: true}).load()) as unknown as ConcreteCommand
  await new Loaded([...rest, ...argv.slice(end)], config).execute()
}

/** The longest leading words that name a command, and what follows them. */
function findCommandId(config: SessionConfig, words: readonly string[]): {id: string | undefined; rest: readonly string[]} {
  const firstFlag = words.findIndex((word) => word.startsWith('-'))
  const names = firstFlag === -1 ? words : words.slice(0, firstFlag)
  for (let length = Math.min(names.length, 3); length > 0; length--) {
    const id = names.slice(0, length).join(':')
    if (config.findCommand(id)) return {id, rest: words.slice(length)}
  }
  return {id: undefined, rest: words}
}

function isTopic(config: SessionConfig, words: readonly string[]): boolean {
  return config.commandIDs.some((id) => id.startsWith(`${words[0]}:`))
}

function unknownCommand(config: SessionConfig, words: readonly string[]): HippoError {
  const known = config.commandIDs.map((id) => id.replaceAll(':', ' '))
  const firstFlag = words.findIndex((word) => word.startsWith('-'))
  const names = (firstFlag === -1 ? words : words.slice(0, firstFlag)).slice(0, 2)
  const typed = names.join(' ') || (words[0] ?? '')
  const near = nearest(typed, known) ?? nearest(names[0] ?? '', known)
  const topic = isTopic(config, words) ? known.filter((name) => name.startsWith(`${words[0]} `)) : []
  const suggestion = near === undefined ? '' : ` Did you mean hippo ${near}?`
  return new HippoError('CONFIG_USAGE', {
    message: `There is no command ${typed}.${suggestion}`,
    hint: topic.length > 0 ? topic.map((name) => `hippo ${name}`).join(', ') : near ? `hippo ${near}` : 'hippo help',
  })
}

function printVersion({version}: SessionConfig): void {
  process.stdout.write(`hippo ${version} (node ${process.versions.node}, ${process.platform}-${process.arch})\n`)
}
