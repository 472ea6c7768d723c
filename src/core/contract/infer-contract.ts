// Drafts a contract from a profile of the data, for a person to correct: types and presence as proved, and as warnings what
// was only seen so far (ranges with a margin, short lists of values). Promoted over the same files, a draft quarantines
// nothing. Values of columns that may tell who somebody is are never written.
import {Document, isMap, isSeq, type YAMLMap} from 'yaml'
import type {ColumnProfile, DependencyProfile} from './column-profile.ts'
import {draftColumn} from './draft-column.ts'
import type {DraftDependency} from './draft-likeness.ts'
import {plausibleByColumn} from './draft-plausible.ts'
import {hintsOf, isOwnKey, snakeName} from './name-hints.ts'

export interface InferOptions {
  readonly dataset: string
  readonly profile: {
    readonly rows: number
    readonly columns: readonly ColumnProfile[]
    readonly dependencies?: readonly DependencyProfile[]
  }
  /** ISO date. */
  readonly today: string
}

/** With fewer rows, a first column of different ids may as well name something else. */
const minRowsForFirstColumnKey = 100

/** The draft as YAML text; it can be read as it is. */
export function inferContract({dataset, profile, today}: InferOptions): string {
  const {rows, columns, dependencies = []} = profile
  const names = columnNames(columns)
  const key = keyOf(columns, dataset)
  const nameOf = (index: number): string => names[index] ?? `column_${index + 1}`
  const decided = (index: number): readonly DraftDependency[] =>
    dependencies
      .filter(({dependent}) => dependent === index)
      .map((dependency) => ({...dependency, determinedBy: nameOf(dependency.determinant), rows}))
  const plausible = plausibleByColumn(columns, names)
  const drafts = columns.map((column, index) => {
    const range = plausible.get(index)
    const meaning = range === undefined ? {} : {plausible: range}
    return draftColumn(column, {dataset, name: nameOf(index), isKey: column === key, today, dependencies: decided(index), ...meaning})
  })
  const content = {
    apiVersion: 'v3.1.0',
    kind: 'DataContract',
    id: dataset,
    name: dataset,
    version: '0.1.0',
    status: 'draft',
    schema: [{name: dataset, physicalType: 'table', properties: drafts.map(({property}) => property)}],
  }
  // Readers of YAML 1.1 would take a plain No for false.
  const document = new Document(content, {compat: 'yaml-1.1'})
  document.commentBefore = [
    ` A draft made from ${rows} ${rows === 1 ? 'row' : 'rows'}: correct it before you rely on it.`,
    ' Types and required columns hold for all of them; what has severity warning was only seen so far.',
    ...(key === undefined ? [' No column was found that names a row, so every delivery adds its rows (mark a primaryKey to merge).'] : []),
  ].join('\n')
  const properties = document.getIn(['schema', 0, 'properties'])
  if (isSeq(properties)) {
    for (const [index, item] of properties.items.entries()) if (isMap(item)) layOut(item, drafts[index]?.remarks ?? [])
  }
  return document.toString({lineWidth: 140, flowCollectionPadding: false})
}

/** Remarks above the property, and short parts on one line, as one would write it by hand. */
function layOut(property: YAMLMap, remarks: readonly string[]): void {
  if (remarks.length > 0) property.commentBefore = remarks.map((remark) => ` ${remark}`).join('\n')
  for (const {value} of property.items) {
    if (isMap(value)) value.flow = true
    if (!isSeq(value)) continue
    if (value.items.every((item) => !isMap(item))) value.flow = true
    for (const item of value.items) if (isMap(item)) item.flow = true
  }
}

/** The column that names a row: called after the dataset, or the first one of a file with many rows. */
function keyOf(columns: readonly ColumnProfile[], dataset: string): ColumnProfile | undefined {
  const unique = columns.filter((column) => column.isUnique && column.nulls === 0 && column.rows > 1)
  const isFirst = (column: ColumnProfile): boolean =>
    column === columns[0] && column.rows >= minRowsForFirstColumnKey && hintsOf(column.name, dataset).isIdentifier
  return unique.find(({name}) => isOwnKey(name, dataset)) ?? unique.find(isFirst)
}

const maxNameBytes = 60

/** Column names as contracts want them: snake case, none twice. */
function columnNames(columns: readonly ColumnProfile[]): readonly string[] {
  const taken = new Set<string>()
  return columns.map(({name}, index) => {
    const snake = snakeName(name)
    const fits = /^\p{L}[\p{L}\p{N}_]*$/u.test(snake) && new TextEncoder().encode(snake).length <= maxNameBytes
    const base = fits ? snake : `column_${index + 1}`
    let free = base
    for (let n = 2; taken.has(free); n++) free = `${base}_${n}`
    taken.add(free)
    return free
  })
}
