// The reference of rule and step kinds, made from their registries: what each says in words and its first examples. Run it by
// `node scripts/write-docs.ts`; a test holds docs/rules.md to it.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import type {CodeSystem} from '../src/core/clinical/code-system.ts'
import {codeSystems} from '../src/core/clinical/code-systems.ts'
import type {RuleKind} from '../src/core/rules/define-rule.ts'
import {ruleKinds} from '../src/core/rules/index.ts'
import type {StepKind} from '../src/core/steps/define-step.ts'
import {stepKinds} from '../src/core/steps/index.ts'

const core = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../src/core')
const nowhere = {file: '', line: 1, column: 1}

/** Text of docs/rules.md. */
export function rulesPage(): string {
  return [
    '# Rules and steps',
    '',
    '<!-- Written by `node scripts/write-docs.ts` from src/core/rules and src/core/steps; edit those. -->',
    '',
    'A rule stands in `quality` as `{type: custom, engine: hippo, implementation: {rule: NAME, …}}`; many have a native ODCS spelling as well',
    '(see [contracts](contracts.md)). `when: {column, in: […]}`, `when: {column, present: true}` or `when:` with a condition in quotes (as rule',
    '`expression` has them) limits any rule to some rows. `soft: {…}` adds a second tier of the same rule, which only warns. Every rule but',
    '`required` passes on null, so that one fault gives one reason.',
    '',
    '## Rules',
    '',
    ...[...ruleKinds.values()].flatMap(ruleSection),
    '## Code systems',
    '',
    'What `codeFormat` knows as `system`, one or a list of several. Only shapes and check digits are built in: the codes themselves come from',
    'files of yours (`valueSet`).',
    '',
    '| `system` | codes | form | check digit | source |',
    '| --- | --- | --- | --- | --- |',
    ...[...codeSystems.values()].map(codeSystemRow),
    '',
    '## Steps',
    '',
    'A step stands in the `hippoTransform` of a property as `{step: NAME, …}`. Steps work on text, in order, before the value is typed.',
    '',
    ...[...stepKinds.values()].flatMap(stepSection),
  ].join('\n')
}

function ruleSection(kind: RuleKind): readonly string[] {
  const lines = kind.examples
    .slice(0, 2)
    .map(
      (example) => `- \`${compact({rule: kind.name, ...object(example.params)})}\`: ${kind.describe(kind.parse(example.params, nowhere))}`,
    )
  const about = kind.scope === 'row' ? 'each row' : 'the dataset as a whole'
  return [
    `### ${kind.name}`,
    '',
    headOf('rules', kind.name),
    '',
    `Judges ${about}; ${kind.dimension}, Kahn ${kind.kahn}.`,
    '',
    ...new Set(lines),
    '',
  ]
}

function codeSystemRow({name, title, form, check, source}: CodeSystem): string {
  return `| \`${name}\` | ${title} | ${form} | ${check?.algorithm ?? 'none'} | ${source} |`
}

function stepSection(kind: StepKind): readonly string[] {
  const lines = kind.examples
    .slice(0, 2)
    .map(
      (example) =>
        `- \`${compact({step: kind.name, ...object(example.params)})}\`: the text ${kind.describe(kind.parse(example.params, nowhere))}`,
    )
  return [`### ${kind.name}`, '', headOf('steps', kind.name), '', ...new Set(lines), '']
}

/** The comment at the head of a kind's file is its description. */
function headOf(folder: string, name: string): string {
  const file = path.join(core, folder, `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`)
  const head = readFileSync(file, 'utf8').split('\n')
  const end = head.findIndex((line) => !line.startsWith('//'))
  return head
    .slice(0, end)
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join(' ')
}

const object = (params: unknown): object => (typeof params === 'object' && params !== null ? params : {})

/** YAML flow style, as one would write it in a contract. */
function compact(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(compact).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, entry]) => `${key}: ${compact(entry)}`)
      .join(', ')}}`
  // Digits without quotes are a number in YAML.
  return typeof value === 'string' && (!/^[\w.-]+$/.test(value) || /^\d+$/.test(value)) ? `'${value.replaceAll("'", "''")}'` : String(value)
}
