// Help by task: what one does first comes first. A command of no task is listed under the last heading, so none is lost.
import {type Command, Help, type Interfaces} from '@oclif/core'

export interface Task {
  readonly title: string
  readonly commands: readonly string[]
}

export const tasks: readonly Task[] = [
  {title: 'START', commands: ['init', 'demo', 'doctor', 'config']},
  {title: 'MOVE DATA', commands: ['ingest', 'promote silver', 'promote gold', 'publish', 'rollback', 'run']},
  {title: 'JUDGE DATA', commands: ['validate', 'contract lint', 'quarantine list', 'quarantine show']},
  {title: 'LOOK', commands: ['status', 'dashboard', 'runs list', 'runs show', 'table history', 'lineage', 'query', 'audit log']},
  {title: 'SERVICES', commands: ['up', 'down']},
]

const topics: Readonly<Record<string, string>> = {
  promote: 'Move data one layer up',
  contract: 'The promises about datasets',
  quarantine: 'Rejected rows and why',
  runs: 'What ran, on what, with which result',
  table: 'Versions of tables',
  audit: 'Who did what',
}

/** oclif's help with our root page; pages of commands stay oclif's. */
export class HippoHelp extends Help {
  override async showRootHelp(): Promise<void> {
    const known = new Map(this.sortedCommands.map((command) => [command.id.replaceAll(':', ' '), command]))
    const sections = tasks.map(({title, commands}) =>
      this.#section(
        title,
        commands.flatMap((name) => known.get(name) ?? []),
      ),
    )
    const named = new Set(tasks.flatMap(({commands}) => commands))
    const rest = [...known].filter(([name]) => !named.has(name)).map(([, command]) => command)
    if (rest.length > 0) sections.push(this.#section('MORE', rest))
    this.log(
      [
        'hippo, the Hippocrates Data Platform: clinical data from raw files to tables people can trust.\n',
        this.section('USAGE', '$ hippo COMMAND [ARGUMENTS] [FLAGS]\n'),
        ...sections.map((section) => `${section}\n`),
        'Every command takes --json, --quiet, --no-input, --no-color and --workspace DIR.',
        'hippo help COMMAND shows its flags and examples. New here? hippo demo',
      ].join('\n'),
    )
  }

  override async showTopicHelp(topic: Interfaces.Topic): Promise<void> {
    await super.showTopicHelp({...topic, description: topics[topic.name] ?? topic.description ?? ''})
  }

  #section(title: string, commands: readonly Command.Loadable[]): string {
    const body = this.renderList(
      commands.map((command) => [command.id.replaceAll(':', ' '), this.summary(command) ?? '']),
      {indentation: 2, spacer: '\n', stripAnsi: this.opts.stripAnsi ?? false},
    )
    return this.section(title, body)
  }
}
