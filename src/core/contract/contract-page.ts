// A contract as a page of Markdown for people who do not read YAML: what the dataset is, its columns, what every row must keep to and
// what happens otherwise, with its examples. Holds nothing but what the contract says.
import {type Column, type Contract, isProtected, layerOf, primaryKey, type RuleClause} from '../model/contract.ts'
import {describeClause} from './compile-rules.ts'

/** Text of the page. */
export function contractPage(contract: Contract): string {
  const {dataset, version, status, description} = contract
  return [
    `# ${dataset}`,
    '',
    ...(description === undefined ? [] : [description, '']),
    `Contract version ${version}, ${status}. ${termsOf(contract).join(' ')}`,
    '',
    '## Columns',
    '',
    ...table(
      ['column', 'type', 'must be there', 'patient data', 'about'],
      contract.columns.map((column) => columnCells(column, contract)),
    ),
    '',
    '## Rules',
    '',
    ...(contract.rules.length === 0
      ? ['None.']
      : table(['check', 'says', 'otherwise'], contract.rules.filter(({kind}) => kind !== 'type').map(ruleCells))),
    '',
    ...examplesOf(contract),
  ].join('\n')
}

function termsOf(contract: Contract): readonly string[] {
  const {source, writeMode, freshnessHours, retention, maxQuarantinePercent} = contract
  const key = primaryKey(contract)
  const isGold = layerOf(contract) === 'gold'
  return [
    ...(isGold ? ['Its rows come from a model.'] : []),
    ...(source === undefined ? [] : [`Its rows come from ${source.source}.${source.dataset} and are written by ${writeMode}.`]),
    key.length === 0 ? 'No column names a row.' : `A row is named by ${key.map(code).join(', ')}.`,
    ...(freshnessHours === undefined ? [] : [`Fresh data is promised within ${freshnessHours} h.`]),
    ...(retention === undefined ? [] : [`Rows are kept for ${retention.days} days, counted from ${code(retention.column)}.`]),
    ...(isGold ? [] : [`A delivery of which more than ${maxQuarantinePercent} % of the rows would be rejected is held back as a whole.`]),
  ]
}

const code = (text: string): string => `\`${text}\``
const cell = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('<', '&lt;')

function table(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map((cells) => line(cells.map(cell)))]
}

function columnCells(column: Column, {rules}: Contract): readonly string[] {
  const {name, logicalType, physicalType, description = '', phiCategory, steps, sources} = column
  const isNeeded = rules.some((clause) => clause.kind === 'required' && clause.column === name && clause.onFailure !== 'warn')
  const others = sources.filter((source) => source !== name)
  return [
    code(name),
    physicalType ?? logicalType,
    isNeeded ? 'yes' : '',
    phiCategory ?? (isProtected(column) ? 'protected' : ''),
    [
      description,
      ...(others.length === 0 ? [] : [`In files: ${others.join(', ')}.`]),
      ...(steps.length === 0 ? [] : [`Cleaned by ${steps.map(({kind}) => kind).join(', ')}.`]),
    ]
      .filter((part) => part !== '')
      .join(' '),
  ]
}

const endings: Readonly<Record<RuleClause['onFailure'], string>> = {
  quarantine: 'the row is rejected',
  warn: 'it is counted, and the row accepted',
  reject: 'the delivery is refused',
  fail: 'nothing is committed',
}

function ruleCells(clause: RuleClause): readonly string[] {
  const {id, onFailure, notCheckedBecause, threshold} = clause
  const tolerance = threshold.max === 0 ? '' : `, for more than ${threshold.max} ${threshold.unit === 'percent' ? '% of rows' : 'rows'}`
  return [
    code(id),
    describeClause(clause),
    notCheckedBecause === undefined ? `${endings[onFailure]}${tolerance}` : `not checked: ${notCheckedBecause}`,
  ]
}

function examplesOf({examples = []}: Contract): readonly string[] {
  if (examples.length === 0) return []
  const rows = examples.map(({row, breaks, because = ''}) => [
    Object.entries(row)
      .map(([name, value]) => `${name}: ${value ?? '(empty)'}`)
      .join(', '),
    breaks.length === 0 ? 'is accepted' : `breaks ${breaks.join(', ')}`,
    because,
  ])
  return ['## Examples', '', 'What one leaves out is as in the first.', '', ...table(['row', 'ends', 'because'], rows), '']
}
