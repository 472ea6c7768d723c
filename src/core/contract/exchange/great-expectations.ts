// Great Expectations: a suite as GX 1.x stores it; suites of 0.x are read too. `mostly` is a tolerance and has no portable word.
import {HippoError} from '../../errors/hippo-error.ts'
import type {Scalar} from '../../errors/read-params.ts'
import type {LogicalType} from '../../model/contract.ts'
import {isMap} from '../map-reader.ts'
import {foundAnywhere, fromBeginning} from './found-anywhere.ts'
import {parseObject} from './json-schema.ts'
import type {Bounds, ContractFormat, PortableColumn, PortableTable} from './portable-table.ts'

interface Expectation {
  readonly type: string
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly meta?: Readonly<Record<string, unknown>>
}

/** Type names of pandas, Spark and SQL backends that mean one of ours; GX compares them as text. */
const typeNames: Readonly<Record<LogicalType, readonly string[]>> = {
  string: ['str', 'StringDtype', 'StringType', 'TEXT', 'VARCHAR'],
  time: ['TIME'],
  integer: ['int64', 'Int64', 'Int64Dtype', 'LongType', 'BIGINT', 'INTEGER'],
  number: ['float64', 'Float64', 'Float64Dtype', 'DoubleType', 'DecimalType', 'DOUBLE_PRECISION', 'NUMERIC'],
  boolean: ['bool', 'boolean', 'BooleanDtype', 'BooleanType', 'BOOLEAN'],
  date: ['date', 'DateType', 'DATE'],
  timestamp: ['datetime64[ns, UTC]', 'TimestampType', 'TIMESTAMP'],
}

/** GX has no name for pandas' columns of text and of instants in UTC: an expectation of theirs would fail on sound frames. */
const expectedTypes: readonly LogicalType[] = ['integer', 'number', 'boolean', 'date']

export const greatExpectations: ContractFormat = {
  name: 'great-expectations',
  title: 'a Great Expectations suite',
  extension: 'gx.json',
  write: ({table, notes}) => {
    const suite = {name: table.name, expectations: expectationsOf(table), meta: {notes: table.description ?? ''}}
    const unexpected = table.columns.filter(({type}) => !expectedTypes.includes(type)).map(({name}) => name)
    const untyped =
      unexpected.length === 0 ? [] : [`that ${unexpected.join(', ')} have their type is not expected: GX cannot name it in all backends`]
    const refers = table.columns.flatMap(({name, refersTo}) =>
      refersTo === undefined ? [] : [`that ${name} refers to ${refersTo.dataset}.${refersTo.column} is left out`],
    )
    return {text: `${JSON.stringify(suite, null, 2)}\n`, notes: [...notes, ...untyped, ...refers]}
  },
  read: (text, {table}) => {
    const suite = parseObject(text)
    const {expectations} = suite
    if (!Array.isArray(expectations)) throw new HippoError('CONTRACT_INVALID', {message: 'the file is no suite: it has no expectations'})
    const name = table ?? String(suite.name ?? suite.expectation_suite_name ?? 'imported').replaceAll(/[^A-Za-z0-9_]+/g, '_')
    return readSuite(name, expectations.filter(isMap).map(expectationOf))
  },
}

function expectationsOf({columns, key, isNeverEmpty}: PortableTable): readonly Expectation[] {
  const single = key.length === 1 ? key[0] : undefined
  return [
    ...(isNeverEmpty ? [{type: 'expect_table_row_count_to_be_between', kwargs: {min_value: 1}}] : []),
    ...(key.length > 1 ? [{type: 'expect_compound_columns_to_be_unique', kwargs: {column_list: key}}] : []),
    ...columns.flatMap((column) => columnExpectations(column, column.name === single)),
  ]
}

function columnExpectations(column: PortableColumn, isKey: boolean): readonly Expectation[] {
  const {name, type, required, unique, bounds, minLength, maxLength, pattern, values} = column
  const expect = (what: string, kwargs: Readonly<Record<string, unknown>> = {}): Expectation => ({
    type: `expect_column_${what}`,
    kwargs: {column: name, ...kwargs},
  })
  const {min, max, exclusiveMin, exclusiveMax} = bounds
  const [low, high] = [min ?? exclusiveMin, max ?? exclusiveMax]
  return [
    {...expect('to_exist'), meta: {[typeInMeta]: type}},
    ...(expectedTypes.includes(type) ? [expect('values_to_be_in_type_list', {type_list: typeNames[type]})] : []),
    ...(required ? [expect('values_to_not_be_null')] : []),
    ...(unique || isKey ? [expect('values_to_be_unique')] : []),
    ...(low === undefined && high === undefined
      ? []
      : [
          expect('values_to_be_between', {
            ...(low === undefined ? {} : {min_value: low, strict_min: min === undefined}),
            ...(high === undefined ? {} : {max_value: high, strict_max: max === undefined}),
          }),
        ]),
    ...(minLength === undefined && maxLength === undefined
      ? []
      : [expect('value_lengths_to_be_between', {min_value: minLength ?? null, max_value: maxLength ?? null})]),
    ...(pattern === undefined ? [] : [expect('values_to_match_regex', {regex: fromBeginning(pattern)})]),
    ...(values === undefined ? [] : [expect('values_to_be_in_set', {value_set: values})]),
  ]
}

/** The logical type that a column came from, as a suite has no word for all of them. */
const typeInMeta = 'logical_type'

/** GX matches from the beginning of the text. */
const searched = (regex: string): string =>
  foundAnywhere(regex) ?? (regex.startsWith('^') && !regex.includes('|') ? regex : `^(?:${regex})`)

function expectationOf(entry: Readonly<Record<string, unknown>>): Expectation {
  const {kwargs, meta} = entry
  return {type: String(entry.type ?? entry.expectation_type), kwargs: isMap(kwargs) ? kwargs : {}, ...(isMap(meta) ? {meta} : {})}
}

type Facts = {-readonly [K in keyof PortableColumn]: PortableColumn[K]}

function readSuite(name: string, expectations: readonly Expectation[]): {readonly table: PortableTable; readonly notes: readonly string[]} {
  const columns = new Map<string, Facts>()
  const notes: string[] = []
  let [key, isNeverEmpty]: [readonly string[], boolean] = [[], false]
  const facts = (column: string): Facts => {
    const known = columns.get(column) ?? {name: column, type: 'string', required: false, unique: false, bounds: {}}
    columns.set(column, known)
    return known
  }
  for (const {type, kwargs, meta} of expectations) {
    const {column, column_list: list, mostly} = kwargs
    if (typeof mostly === 'number' && mostly < 1)
      notes.push(`${type} of ${String(column)}: it tolerates ${Math.round((1 - mostly) * 1e6) / 1e4} %`)
    else if (type === 'expect_table_row_count_to_be_between' && kwargs.min_value === 1 && (kwargs.max_value ?? null) === null)
      isNeverEmpty = true
    else if (type === 'expect_compound_columns_to_be_unique' && Array.isArray(list)) key = list.map(String)
    else if (typeof column !== 'string' || !take(facts(column), type, {...kwargs, ...meta}))
      notes.push(`${type}${typeof column === 'string' ? ` of ${column}` : ''}`)
  }
  return {table: {name, version: '0.1.0', columns: [...columns.values()], key, isNeverEmpty}, notes}
}

function take(facts: Facts, type: string, kwargs: Readonly<Record<string, unknown>>): boolean {
  switch (type) {
    case 'expect_column_to_exist': {
      const known = Object.keys(typeNames).find((one) => one === kwargs[typeInMeta])
      if (known !== undefined) facts.type = known as LogicalType
      return true
    }
    case 'expect_column_values_to_be_of_type':
      return takeType(facts, [kwargs.type_])
    case 'expect_column_values_to_be_in_type_list':
      return takeType(facts, Array.isArray(kwargs.type_list) ? kwargs.type_list : [])
    case 'expect_column_values_to_not_be_null':
      facts.required = true
      return true
    case 'expect_column_values_to_be_unique':
      facts.unique = true
      return true
    case 'expect_column_values_to_be_between':
      facts.bounds = boundsOf(kwargs)
      return true
    case 'expect_column_value_lengths_to_be_between':
      if (typeof kwargs.min_value === 'number') facts.minLength = kwargs.min_value
      if (typeof kwargs.max_value === 'number') facts.maxLength = kwargs.max_value
      return true
    case 'expect_column_values_to_match_regex':
      facts.pattern = searched(String(kwargs.regex))
      return true
    case 'expect_column_values_to_be_in_set':
      if (!Array.isArray(kwargs.value_set)) return false
      facts.values = kwargs.value_set.filter((value): value is Scalar => value !== null)
      return true
    default:
      return false
  }
}

function takeType(facts: Facts, names: readonly unknown[]): boolean {
  const found = Object.entries(typeNames).find(([, known]) =>
    names.some((name) => known.some((one) => one.toLowerCase() === String(name).toLowerCase())),
  )
  if (found === undefined) return false
  facts.type = found[0] as LogicalType
  return true
}

function boundsOf({min_value: low, max_value: high, strict_min: above, strict_max: below}: Readonly<Record<string, unknown>>): Bounds {
  const isBound = (value: unknown): value is number | string => typeof value === 'number' || typeof value === 'string'
  return {
    ...(isBound(low) ? (above === true ? {exclusiveMin: low} : {min: low}) : {}),
    ...(isBound(high) ? (below === true ? {exclusiveMax: high} : {max: high}) : {}),
  }
}
