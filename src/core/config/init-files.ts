// The texts of a new workspace. Pure: the caller decides where they go and never overwrites what is there.

export interface InitFile {
  /** Relative to the workspace, `/`-separated. */
  readonly path: string
  readonly text: string
}

export interface InitFilesOptions {
  readonly name: string
  /** File patterns by dataset, in the order in which they are tried. */
  readonly match?: Readonly<Record<string, readonly string[]>>
}

/** What `hippo init` writes: hippo.yaml, .gitignore, an empty inbox/, and a README each in contracts/ and models/. */
export function initFiles({name, match = {}}: InitFilesOptions): readonly InitFile[] {
  return [
    {path: 'hippo.yaml', text: hippoYaml(name, match)},
    {path: '.gitignore', text: gitignore},
    {path: 'contracts/README.md', text: contractsReadme},
    {path: 'models/README.md', text: modelsReadme},
    {path: 'inbox/.gitkeep', text: ''},
  ]
}

const hippoYaml = (
  name: string,
  match: Readonly<Record<string, readonly string[]>>,
): string => `# A hippo workspace. See what is in force, and where each value came from, with: hippo config
name: ${name}
lake: ./.hippo/lake            # bronze and silver live here
database: embedded             # or a PostgreSQL URL: \${HIPPO_DATABASE_URL}

# Where raw data comes from. Drop files into the folder; each pattern says which dataset a file belongs to.
sources:
  inbox:
    kind: files
    path: inbox
${matchLines(match)}

pipelines:
  nightly: {steps: [ingest, promote silver, promote gold, publish]}
`

/** The lines that say which files belong to which dataset, as they stand under a source in hippo.yaml. */
export function matchLines(match: Readonly<Record<string, readonly string[]>>): string {
  const entries = Object.entries(match)
  if (entries.length === 0) return '    match: {}\n    # match: {patient: "patients*.csv", observation: "obs*.csv*"}'
  const lines = entries.map(([dataset, patterns]) => {
    const quoted = patterns.map((pattern) => JSON.stringify(pattern))
    return `      ${dataset}: ${quoted.length === 1 ? quoted[0] : `[${quoted.join(', ')}]`}`
  })
  return ['    match:   # the first pattern that fits a file decides', ...lines].join('\n')
}

const gitignore = `# Data and services of this workspace; everything else belongs in version control.
.hippo/
inbox/*
!inbox/.gitkeep
`

const contractsReadme = `# Contracts

One Open Data Contract Standard file per dataset, named \`<dataset>.odcs.yaml\`. A contract says what a row must look like; what
breaks it goes to quarantine with the reasons. Check them with \`hippo contract lint\`.
`

const modelsReadme = `# Models

One SQL select per gold dataset, named \`<model>.sql\`, with its contract in \`contracts/gold.<model>.odcs.yaml\`. \`hippo promote gold\`
builds them, \`hippo publish\` makes them visible.
`
