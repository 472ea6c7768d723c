// Soda: checks in SodaCL, as Soda Core 3 understands them. Thresholds other than none have no portable word. Names are quoted, for any of
// them may be a reserved word.
import {stringify} from 'yaml'
import {HippoError} from '../../errors/hippo-error.ts'
import type {Scalar} from '../../errors/read-params.ts'
import type {LogicalType} from '../../model/contract.ts'
import {isMap} from '../map-reader.ts'
import {parseYaml} from './dbt.ts'
import type {Carried, ContractFormat, PortableColumn, PortableTable} from './portable-table.ts'
import {doubledQuotes, logicalTypeOfSql, singleQuotes, sqlType} from './sql-types.ts'

type Map = Readonly<Record<string, unknown>>

export const soda: ContractFormat = {
  name: 'soda',
  title: 'Soda checks (SodaCL)',
  extension: 'soda.yml',
  write: ({table, notes}) => ({
    text: stringify({[`checks for ${table.name}`]: checksOf(table)}, {lineWidth: 120}),
    notes: [...notes, ...unsaid(table)],
  }),
  read: (text, {table}) => readChecks(parseYaml(text), table),
}

function checksOf({columns, key, isNeverEmpty}: PortableTable): readonly unknown[] {
  const needed = columns.map(({name}) => name)
  return [
    ...(isNeverEmpty ? ['row_count > 0'] : []),
    {
      schema: {
        fail: {
          'when required column missing': needed,
          'when wrong column type': Object.fromEntries(columns.map((column) => [column.name, typeOf(column)])),
        },
      },
    },
    ...(key.length === 0 ? [] : [`duplicate_count(${key.map(quoted).join(', ')}) = 0`]),
    ...columns.flatMap(columnChecks),
  ]
}

/** As the catalog of PostgreSQL names it, which leaves digits out. */
function typeOf(column: PortableColumn): string {
  return sqlType(column).replace(/^decimal.*|^numeric.*/, 'numeric')
}

function columnChecks(column: PortableColumn): readonly unknown[] {
  const {name, required, unique, refersTo} = column
  const valid = validityOf(column)
  const own = quoted(name)
  return [
    ...(required ? [`missing_count(${own}) = 0`] : []),
    ...(unique ? [`duplicate_count(${own}) = 0`] : []),
    ...(Object.keys(valid).length === 0 ? [] : [{[`invalid_count(${own}) = 0`]: valid}]),
    ...(refersTo === undefined ? [] : [`values in (${own}) must exist in ${refersTo.dataset} (${quoted(refersTo.column)})`]),
  ]
}

const quoted = (name: string): string => `"${name}"`
const bare = (name: string): string => name.trim().replaceAll(/^"|"$/g, '')

function validityOf({type, bounds, minLength, maxLength, pattern, values}: PortableColumn): Map {
  return {
    ...(typeof bounds.min === 'number' ? {'valid min': bounds.min} : {}),
    ...(typeof bounds.max === 'number' ? {'valid max': bounds.max} : {}),
    ...(minLength === undefined ? {} : {'valid min length': minLength}),
    ...(maxLength === undefined ? {} : {'valid max length': maxLength}),
    ...(pattern === undefined || type === 'time' ? {} : {'valid regex': pattern}),
    ...(values === undefined ? {} : {'valid values': values.map(doubledQuotes)}),
  }
}

function unsaid({columns}: PortableTable): readonly string[] {
  return columns.flatMap(({name, type, physicalType, pattern, bounds, classification, description}) => {
    const isSaid = Object.entries(bounds).every(([kind, value]) => typeof value === 'number' && !kind.startsWith('exclusive'))
    return [
      ...(type === 'time' && pattern !== undefined ? [`the pattern of ${name} is left out: it is a time there, not a text`] : []),
      ...(physicalType === undefined ? [] : [`the physical type of ${name} is left out: ${physicalType}`]),
      ...(isSaid ? [] : [`bounds of ${name} that are dates or leave their end out are left out`]),
      ...(classification === undefined ? [] : [`the classification of ${name} is left out`]),
      ...(description === undefined ? [] : [`the description of ${name} is left out`]),
    ]
  })
}

type Facts = {-readonly [K in keyof PortableColumn]: PortableColumn[K]}

function readChecks(document: unknown, wanted: string | undefined): Carried {
  const tables = isMap(document) ? Object.entries(document).filter(([name]) => name.startsWith('checks for ')) : []
  const found = wanted === undefined ? tables[0] : tables.find(([name]) => name === `checks for ${wanted}`)
  if (found === undefined || !Array.isArray(found[1]) || (wanted === undefined && tables.length > 1)) {
    if (tables.length === 0)
      throw new HippoError('CONTRACT_INVALID', {
        message: 'the file has no checks for a table',
        hint: 'take a file of SodaCL, with `checks for TABLE:` at its beginning; the contracts of Soda Core 4 are another language',
      })
    throw new HippoError('CONTRACT_INVALID', {
      message: tables.length > 1 ? `the file has checks for ${tables.length} tables` : 'the file has no checks for a table',
      hint: `name one with --table: ${tables.map(([name]) => name.replace('checks for ', '')).join(', ')}`,
    })
  }
  const columns = new Map<string, Facts>()
  const notes: string[] = []
  let [key, isNeverEmpty]: [readonly string[], boolean] = [[], false]
  const facts = (name: string): Facts => {
    const known = columns.get(name) ?? {name, type: 'string', required: false, unique: false, bounds: {}}
    columns.set(name, known)
    return known
  }
  for (const check of found[1] as readonly unknown[]) {
    const said = isMap(check) ? (Object.keys(check)[0] ?? '') : String(check)
    const body = isMap(check) && isMap(check[said]) ? check[said] : {}
    const [, pair = ''] = /^duplicate_count\(([^)]*,[^)]*)\) = 0$/.exec(said) ?? []
    if (said === 'row_count > 0') isNeverEmpty = true
    else if (pair !== '') key = pair.split(',').map(bare)
    else if (said === 'schema') readSchema(body, facts, notes)
    else if (!readCheck(said, body, facts)) notes.push(said)
  }
  return {table: {name: found[0].replace('checks for ', ''), version: '0.1.0', columns: [...columns.values()], key, isNeverEmpty}, notes}
}

function readSchema({fail, warn}: Map, facts: (name: string) => Facts, notes: string[]): void {
  if (warn !== undefined) notes.push('schema: what only warns')
  for (const [said, value] of Object.entries(isMap(fail) ? fail : {})) {
    if (said === 'when required column missing' && Array.isArray(value)) for (const name of value) facts(String(name))
    else if (said === 'when wrong column type' && isMap(value)) {
      for (const [name, written] of Object.entries(value)) takeType(facts(name), String(written), notes)
    } else notes.push(`schema: ${said}`)
  }
}

function takeType(facts: Facts, written: string, notes: string[]): void {
  const type: LogicalType | undefined = logicalTypeOfSql(written)
  if (type === undefined) notes.push(`${facts.name} is ${written}: it is taken as text`)
  else facts.type = type
  if (/^(decimal|numeric)\s*\(/i.test(written)) facts.physicalType = written.toUpperCase()
}

function readCheck(said: string, body: Map, facts: (name: string) => Facts): boolean {
  const [, metric, name = ''] =
    /^(missing_count|missing_percent|duplicate_count|invalid_count|invalid_percent)\(([^),]+)\) = 0%?$/.exec(said) ?? []
  if (metric === undefined) {
    const [, column, dataset, theirs] = /^values in \(([^),]+)\) must exist in (\S+) \(([^),]+)\)$/.exec(said) ?? []
    if (column === undefined || dataset === undefined || theirs === undefined) return false
    facts(bare(column)).refersTo = {dataset: bare(dataset), column: bare(theirs)}
    return true
  }
  if (metric.startsWith('invalid')) return takeValidity(facts(bare(name)), body)
  if (Object.keys(body).length > 0) return false
  if (metric === 'duplicate_count') facts(bare(name)).unique = true
  else facts(bare(name)).required = true
  return true
}

function takeValidity(facts: Facts, body: Map): boolean {
  for (const [said, value] of Object.entries(body)) {
    if (said === 'valid min' && typeof value === 'number') facts.bounds = {...facts.bounds, min: value}
    else if (said === 'valid max' && typeof value === 'number') facts.bounds = {...facts.bounds, max: value}
    else if (said === 'valid min length' && typeof value === 'number') facts.minLength = value
    else if (said === 'valid max length' && typeof value === 'number') facts.maxLength = value
    else if (said === 'valid regex' && typeof value === 'string') facts.pattern = value
    else if (said === 'valid values' && Array.isArray(value)) facts.values = (value as readonly Scalar[]).map(singleQuotes)
    else return false
  }
  return Object.keys(body).length > 0
}
