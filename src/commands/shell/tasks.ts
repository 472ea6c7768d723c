// Commands by task, in the order in which one meets them, and the root page of the help made from the manifest. Free of oclif:
// what people type first must answer at once.

export interface Task {
  readonly title: string
  readonly commands: readonly string[]
}

export const tasks: readonly Task[] = [
  {title: 'START', commands: ['init', 'demo', 'doctor', 'config']},
  {title: 'MOVE DATA', commands: ['ingest', 'promote silver', 'promote gold', 'publish', 'rollback', 'run']},
  {
    title: 'JUDGE DATA',
    commands: [
      'validate',
      'rejudge',
      'score',
      'report',
      'profile',
      'units',
      'contract infer',
      'contract lint',
      'contract diff',
      'contract history',
      'contract drift',
      'contract test',
      'contract docs',
      'contract export',
      'contract import',
      'rule list',
      'rule try',
      'rule test',
      'feedback',
    ],
  },
  {
    title: 'MEND DATA',
    commands: [
      'quarantine list',
      'quarantine show',
      'quarantine export',
      'quarantine assign',
      'quarantine comment',
      'quarantine fix',
      'quarantine replay',
      'quarantine waive',
      'quarantine discard',
      'quarantine approve',
    ],
  },
  {
    title: 'LOOK',
    commands: [
      'status',
      'dashboard',
      'runs list',
      'runs show',
      'runs diff',
      'table history',
      'table show',
      'table diff',
      'table changes',
      'lineage',
      'trace',
      'query',
      'audit log',
    ],
  },
  {
    title: 'KEEP DATA',
    commands: ['table optimize', 'table restore', 'table vacuum', 'verify', 'forget', 'retain', 'hold place', 'hold list', 'hold release'],
  },
  {title: 'SERVICES', commands: ['up', 'down']},
]

/** What `hippo help` shows of topics, which have no command of their own. */
export const topics: Readonly<Record<string, string>> = {
  promote: 'Move data one layer up',
  contract: 'The promises about datasets',
  rule: 'Rules: which there are, and what a draft would catch',
  quarantine: 'Rejected rows: why, and what is to become of them',
  runs: 'What ran, on what, with which result',
  table: 'Versions of tables',
  audit: 'Who did what',
  hold: 'Legal holds on persons',
}

/** The root page; `summaries` by command name. A command of no task is listed under MORE, so none is lost. */
export function rootHelp(summaries: ReadonlyMap<string, string>): string {
  const named = new Set(tasks.flatMap(({commands}) => commands))
  const rest = {title: 'MORE', commands: [...summaries.keys()].filter((name) => !named.has(name))}
  const width = Math.max(...[...summaries.keys()].map((name) => name.length))
  const sections = [...tasks, rest].flatMap(({title, commands}) => {
    const lines = commands.filter((name) => summaries.has(name)).map((name) => `  ${name.padEnd(width)}  ${summaries.get(name)}`)
    return lines.length === 0 ? [] : ['', title, ...lines]
  })
  return [
    'hippo, the Hippocrates Data Platform: clinical data from raw files to tables people can trust.',
    '',
    'USAGE',
    '  $ hippo COMMAND [ARGUMENTS] [FLAGS]',
    ...sections,
    '',
    'Every command takes --json, --quiet, --no-input, --no-color and --workspace DIR.',
    'hippo help COMMAND shows its flags and examples. New here? hippo demo',
  ].join('\n')
}
