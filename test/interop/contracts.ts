// Exported contracts in the tools they are for: `npm run test:interop -- contracts [--tools json-schema,dbt]`. A contract with everything that
// the formats hold is written in each; the tool reads it and judges rows of which hippo says what they break, one check each. Prints a
// Markdown table and exits 1 when a tool refuses the file or an accepted row, or misses a row that breaks a check its format holds.
// Also holds drafts, example contracts and report files to the published schemas of ODCS and OpenLineage. Tools are fetched from the package
// registry into the user's cache, an environment each; what cannot be had here is told and left out.
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {parseArgs} from 'node:util'
import {fromPortable} from '../../src/core/contract/exchange/from-portable.ts'
import {contractFormat} from '../../src/core/contract/exchange/index.ts'
import {toPortable} from '../../src/core/contract/exchange/to-portable.ts'
import {loadReportFormat} from '../../src/core/query/report-formats/index.ts'
import {everyOutcome} from '../support/every-outcome.ts'
import {judgeRichCases, richCases, richContract, richPatients} from '../support/rich-contract.ts'
import {sharedData} from '../support/shared-data.ts'
import {Toolbox} from './install.ts'

interface ContractTool {
  readonly name: string
  /** The environment in the cache, and what it needs. */
  readonly environment: string
  readonly packages: readonly string[]
  /** Rules that its format holds; a row that breaks another one passes there. */
  readonly rules: readonly string[]
  /** Checks of those rules that the format leaves out, with a note. */
  readonly without?: readonly string[]
  /** Rules whose rows it counts together, and what it calls them. */
  readonly together?: {readonly rules: readonly string[]; readonly name: string}
}

const valid = ['required', 'range', 'length', 'pattern', 'acceptedValues']
const schemas = {
  environment: 'contract-schemas',
  packages: ['jsonschema==4.26.0', 'fhir.resources==8.3.0', 'duckdb==1.5.5', 'pytz', 'pyyaml'],
}

const tools: readonly ContractTool[] = [
  {name: 'json-schema', ...schemas, rules: valid, without: ['taken_on.range']},
  {name: 'sql', ...schemas, rules: [...valid, 'unique']},
  {
    name: 'dbt',
    environment: 'contract-dbt',
    // dbt-core 1.11 and later fetch a program from elsewhere while they are installed.
    packages: ['dbt-core==1.10.23', 'dbt-duckdb==1.10.1', 'duckdb==1.5.5', 'pytz'],
    rules: ['required', 'unique', 'acceptedValues', 'reference'],
  },
  {
    name: 'great-expectations',
    environment: 'contract-gx',
    packages: ['great-expectations==1.24.1', 'pandas==3.1.1'],
    rules: [...valid, 'unique'],
  },
  {
    name: 'soda',
    environment: 'contract-soda',
    packages: ['soda-core-duckdb==3.5.6', 'setuptools<81', 'pytz'],
    rules: [...valid, 'unique', 'reference'],
    without: ['ratio.range', 'taken_on.range'],
    together: {rules: valid.slice(1), name: 'valid'},
  },
  {name: 'fhir', ...schemas, rules: []},
]

interface Verdict {
  readonly version: string
  /** Rows that break each check, as the tool counts them. */
  readonly accepted: Readonly<Record<string, number>>
  readonly broken: Readonly<Record<string, number>>
}

const script = resolve(import.meta.dirname, 'contract-tools.py')

/** What differs from hippo's own verdicts; empty when nothing does. Tools count repeated values each in their way. */
function differences({rules, without = [], together}: ContractTool, {accepted, broken}: Verdict): readonly string[] {
  const wanted = new Map<string, number>()
  for (const {breaks} of richCases) {
    const [column, rule = ''] = breaks?.split('.') ?? []
    if (breaks === undefined || !rules.includes(rule) || without.includes(breaks)) continue
    const check = together?.rules.includes(rule) ? `${column}.${together.name}` : breaks
    wanted.set(check, (wanted.get(check) ?? 0) + 1)
  }
  const extra = Object.keys(broken).filter((check) => !wanted.has(check))
  const wrong = [...wanted].filter(([check, rows]) => (check.endsWith('.unique') ? !broken[check] : broken[check] !== rows))
  return [
    ...Object.keys(accepted).map((check) => `accepted rows break ${check}`),
    ...extra.map((check) => `broken rows break ${check}`),
    ...wrong.map(([check, rows]) => `${check}: ${broken[check] ?? 0} of ${rows} rows found`),
  ]
}

async function tryTool(toolbox: Toolbox, tool: ContractTool, folder: string): Promise<readonly string[]> {
  const format = await contractFormat(tool.name)
  const place = join(folder, tool.name)
  mkdirSync(place)
  writeFileSync(join(place, 'export'), format?.write?.(toPortable(richContract)).text ?? '')
  const accepted = richCases.filter(({breaks}) => breaks === undefined).map(({row}) => row)
  const broken = richCases.filter(({breaks}) => breaks !== undefined)
  writeFileSync(join(place, 'cases.json'), JSON.stringify({accepted, broken, patients: richPatients}))
  const types = Object.fromEntries(richContract.columns.map(({name, logicalType}) => [name, logicalType]))
  writeFileSync(join(place, 'types.json'), JSON.stringify(types))
  const python = await toolbox.environment(tool.environment, tool.packages)
  const verdict = JSON.parse(
    (await toolbox.run(python, [script, tool.name, place])).split('\n').findLast((line) => line.startsWith('{')) ?? '',
  ) as Verdict
  const wrong = differences(tool, verdict)
  const found = Object.values(verdict.broken).reduce((sum, rows) => sum + rows, 0)
  console.log(
    `| ${tool.name} | ${verdict.version} | ${found === 0 ? 'read' : `${Object.keys(verdict.broken).length} checks`} | ${wrong.join('; ') || 'as hippo'} |`,
  )
  return wrong
}

/** Documents and the published schema each is held to; those of hippo's own examples and drafts, and reports of every outcome. */
async function schemaCases(): Promise<readonly {readonly name: string; readonly schema: string; readonly text: string}[]> {
  const [odcs, openlineage] = [sharedData('conformance_odcs'), sharedData('conformance_openlineage')]
  const clinic = resolve(import.meta.dirname, '../../examples/clinic/contracts')
  const draft = fromPortable({table: toPortable(richContract).table, notes: ['a note']})
  const contracts = [
    ...readdirSync(clinic).map((name) => ({name, text: readFileSync(join(clinic, name), 'utf8')})),
    {name: 'a draft', text: draft},
  ]
  const events = (await loadReportFormat('openlineage')).render(everyOutcome).trim().split('\n')
  return [
    ...(odcs === undefined ? [] : contracts.map((one) => ({...one, schema: join(odcs, 'schema/odcs-json-schema-v3.1.0.json')}))),
    ...(openlineage === undefined
      ? []
      : events.map((text, at) => ({name: `event ${at + 1}`, text, schema: join(openlineage, 'spec/OpenLineage.json')}))),
  ]
}

async function trySchemas(toolbox: Toolbox, folder: string): Promise<readonly string[]> {
  const cases = await schemaCases()
  const place = join(folder, 'schemas.json')
  writeFileSync(place, JSON.stringify(cases))
  const python = await toolbox.environment(schemas.environment, schemas.packages)
  const wrong = JSON.parse(await toolbox.run(python, [script, 'schemas', place])) as readonly string[]
  console.log(`| ODCS and OpenLineage | published schemas | ${cases.length} documents | ${wrong.join('; ') || 'valid'} |`)
  return wrong
}

const {values} = parseArgs({options: {tools: {type: 'string'}}, allowPositionals: true})
const wantedTools = values.tools?.split(',')
const folder = mkdtempSync(join(tmpdir(), 'hippo-contract-tools-'))
const toolbox = new Toolbox()
const wrong: string[] = []
try {
  for (const [at, reasons] of (await judgeRichCases()).entries()) {
    const {breaks = ''} = richCases[at] ?? {}
    if (reasons.join() !== breaks) wrong.push(`hippo itself: ${reasons.join()} instead of ${breaks}`)
  }
  console.log('| format | tool | found | verdict |\n| --- | --- | --- | --- |')
  for (const tool of tools) if (wantedTools?.includes(tool.name) ?? true) wrong.push(...(await tryTool(toolbox, tool, folder)))
  if (wantedTools?.includes('schemas') ?? true) wrong.push(...(await trySchemas(toolbox, folder)))
  for (const line of wrong) console.log(`✗ ${line}`)
  process.exitCode = wrong.length === 0 ? 0 : 1
} finally {
  rmSync(folder, {recursive: true, force: true})
}
