// OMOP CDM: the field-level CSV of OHDSI's CommonDataModel repository, one table of it. Only read: a contract is no part of the model.
import {HippoError} from '../../errors/hippo-error.ts'
import {readCsvTable} from '../read-csv-table.ts'
import type {Carried, ContractFormat, PortableColumn} from './portable-table.ts'
import {logicalTypeOfSql} from './sql-types.ts'

/** One field of the table: its cells by the name of the CSV's column, empty where there is none. */
export type OmopField = (column: string) => string

const needed = ['cdmTableName', 'cdmFieldName', 'isRequired', 'cdmDatatype', 'isPrimaryKey', 'isForeignKey']

export const omop: ContractFormat = {
  name: 'omop',
  title: 'fields of the OMOP CDM (CSV of OHDSI)',
  extension: 'csv',
  read: (text, {table}) => carriedFields(fieldsOf(text, table)),
}

export interface OmopTable {
  readonly name: string
  readonly fields: readonly OmopField[]
}

/** The fields of the wanted table; CONTRACT_INVALID when the file has no such table, or is another file. */
export function fieldsOf(text: string, wanted: string | undefined): OmopTable {
  const {columns: names, rows} = readTable(text)
  const index = new Map(names.map((name, at) => [name.toLowerCase(), at]))
  const missing = needed.filter((name) => !index.has(name.toLowerCase()))
  if (missing.length > 0) throw new HippoError('CONTRACT_INVALID', {message: `the file has no column ${missing.join(', ')}`})
  const all = rows.map(
    (row): OmopField =>
      (column) => {
        const cell = row[index.get(column.toLowerCase()) ?? -1] ?? ''
        return cell === 'NA' ? '' : cell
      },
  )
  const tables = [...new Set(all.map((field) => field('cdmTableName').toLowerCase()))]
  const name = wanted?.toLowerCase()
  if (name === undefined || !tables.includes(name)) {
    throw new HippoError('CONTRACT_INVALID', {
      message: name === undefined ? `the file describes ${tables.length} tables` : `the file describes no table ${name}`,
      hint: `name one with --table: ${tables.join(', ')}`,
    })
  }
  return {name, fields: all.filter((field) => field('cdmTableName').toLowerCase() === name)}
}

const fieldName = (field: OmopField): string => field('cdmFieldName').replaceAll('"', '').toLowerCase()
export const isYes = (field: OmopField, column: string): boolean => /^(yes|true|1)$/i.test(field(column))

/** What the fields say of their columns, without the thresholds that DQD's file adds. */
export function carriedFields({name, fields}: OmopTable): Carried {
  const notes: string[] = []
  const columns = fields.map((field): PortableColumn => {
    const column = fieldName(field)
    const written = field('cdmDatatype')
    const type = logicalTypeOfSql(written)
    if (type === undefined) notes.push(`${column} is ${written}: it is taken as text`)
    const domain = field('fkDomain')
    if (domain !== '') notes.push(`concepts of ${column} are of the domain ${domain}`)
    const [, size] = /^varchar\((\d+)\)$/i.exec(written) ?? []
    const guidance = field('userGuidance')
    const refers = isYes(field, 'isForeignKey') && field('fkTableName') !== ''
    return {
      name: column,
      type: type ?? 'string',
      ...(guidance === '' ? {} : {description: guidance}),
      required: isYes(field, 'isRequired'),
      unique: false,
      bounds: {},
      ...(size === undefined ? {} : {maxLength: Number(size)}),
      ...(refers ? {refersTo: {dataset: field('fkTableName').toLowerCase(), column: field('fkFieldName').toLowerCase()}} : {}),
    }
  })
  const key = fields.filter((field) => isYes(field, 'isPrimaryKey')).map(fieldName)
  return {table: {name, version: '0.1.0', columns, key, isNeverEmpty: false}, notes}
}

function readTable(text: string): ReturnType<typeof readCsvTable> {
  try {
    return readCsvTable(text)
  } catch (error) {
    throw new HippoError('CONTRACT_INVALID', {message: `the file is no CSV table: ${(error as Error).message}`})
  }
}
