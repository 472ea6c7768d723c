// Help as JSON, from the manifest alone: what the pages say, for programs that look up which commands and flags there are.
import {topics} from './tasks.ts'

/** What the manifest knows of a command. */
export interface ManifestCommand {
  readonly summary?: string
  readonly description?: string
  readonly usage?: string
  readonly examples?: readonly string[]
  readonly args?: Readonly<Record<string, {readonly description?: string; readonly required?: boolean}>>
  readonly flags?: Readonly<Record<string, ManifestFlag>>
}

interface ManifestFlag {
  readonly char?: string
  readonly summary?: string
  readonly description?: string
  readonly type: 'boolean' | 'option'
  readonly helpValue?: string
  readonly multiple?: boolean
  readonly required?: boolean
  readonly default?: unknown
}

export type ManifestCommands = Readonly<Record<string, ManifestCommand>>

interface CommandLine {
  readonly command: string
  readonly summary: string
}

/** Every command with its summary; of one topic when it is named. */
export function commandsDocument(
  commands: ManifestCommands,
  topic?: string,
): {readonly topic?: string; readonly items: readonly CommandLine[]} {
  const items = Object.entries(commands)
    .filter(([id]) => topic === undefined || id.startsWith(`${topic}:`))
    .map(([id, {summary = ''}]) => ({command: nameOf(id), summary}))
  return topic === undefined ? {items} : {topic, ...(topics[topic] === undefined ? {} : {description: topics[topic]}), items}
}

/** The page of one command. */
export function commandDocument(id: string, {summary, description, usage, examples = [], args = {}, flags = {}}: ManifestCommand) {
  return {
    command: nameOf(id),
    summary,
    description,
    ...(usage === undefined ? {} : {usage}),
    examples: examples.map((example) => example.replaceAll('<%= config.bin %>', 'hippo')),
    arguments: Object.entries(args).map(([name, {description: text, required = false}]) => ({name, description: text, required})),
    flags: Object.entries(flags).map(([name, flag]) => ({
      name,
      ...(flag.char === undefined ? {} : {char: flag.char}),
      summary: flag.summary ?? flag.description,
      ...(flag.type === 'option' ? {value: flag.helpValue ?? 'VALUE'} : {}),
      multiple: flag.multiple ?? false,
      required: flag.required ?? false,
      ...(flag.default === undefined ? {} : {default: flag.default}),
    })),
  }
}

const nameOf = (id: string): string => id.replaceAll(':', ' ')
