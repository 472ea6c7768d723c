// OMOP CDM: the field-level CSV of OHDSI's CommonDataModel repository, one table of it. Only read: a contract is no part of the model.
import {HippoError} from '../../errors/hippo-error.ts'
import {readCsvTable} from '../read-csv-table.ts'
import type {ContractFormat, PortableColumn} from './portable-table.ts'
import {logicalTypeOfSql} from './sql-types.ts'

const needed = ['cdmTableName', 'cdmFieldName', 'isRequired', 'cdmDatatype', 'isPrimaryKey', 'isForeignKey']

export const omop: ContractFormat = {
  name: 'omop',
  title: 'fields of the OMOP CDM (CSV of OHDSI)',
  extension: 'csv',
  read: (text, {table: wanted}) => {
    const {columns: names, rows} = readTable(text)
    const index = new Map(names.map((name, at) => [name.toLowerCase(), at]))
    const missing = needed.filter((name) => !index.has(name.toLowerCase()))
    if (missing.length > 0) throw new HippoError('CONTRACT_INVALID', {message: `the file has no column ${missing.join(', ')}`})
    const cell = (row: readonly (string | null)[], name: string): string => row[index.get(name.toLowerCase()) ?? -1] ?? ''
    const tables = [...new Set(rows.map((row) => cell(row, 'cdmTableName').toLowerCase()))]
    const table = wanted?.toLowerCase()
    if (table === undefined || !tables.includes(table)) {
      throw new HippoError('CONTRACT_INVALID', {
        message: table === undefined ? `the file describes ${tables.length} tables` : `the file describes no table ${table}`,
        hint: `name one with --table: ${tables.join(', ')}`,
      })
    }
    const fields = rows.filter((row) => cell(row, 'cdmTableName').toLowerCase() === table)
    const isYes = (row: readonly (string | null)[], name: string): boolean => /^(yes|true|1)$/i.test(cell(row, name))
    const notes: string[] = []
    const columns = fields.map((row): PortableColumn => {
      const name = cell(row, 'cdmFieldName').replaceAll('"', '').toLowerCase()
      const written = cell(row, 'cdmDatatype')
      const type = logicalTypeOfSql(written)
      if (type === undefined) notes.push(`${name} is ${written}: it is taken as text`)
      const domain = cell(row, 'fkDomain')
      if (domain !== '' && domain !== 'NA') notes.push(`concepts of ${name} are of the domain ${domain}`)
      const [, size] = /^varchar\((\d+)\)$/i.exec(written) ?? []
      const guidance = cell(row, 'userGuidance')
      const refers = isYes(row, 'isForeignKey') && cell(row, 'fkTableName') !== ''
      return {
        name,
        type: type ?? 'string',
        ...(guidance === '' || guidance === 'NA' ? {} : {description: guidance}),
        required: isYes(row, 'isRequired'),
        unique: false,
        bounds: {},
        ...(size === undefined ? {} : {maxLength: Number(size)}),
        ...(refers ? {refersTo: {dataset: cell(row, 'fkTableName').toLowerCase(), column: cell(row, 'fkFieldName').toLowerCase()}} : {}),
      }
    })
    const key = fields.filter((row) => isYes(row, 'isPrimaryKey')).map((row) => cell(row, 'cdmFieldName').toLowerCase())
    return {table: {name: table, version: '0.1.0', columns, key, isNeverEmpty: false}, notes}
  },
}

function readTable(text: string): ReturnType<typeof readCsvTable> {
  try {
    return readCsvTable(text)
  } catch (error) {
    throw new HippoError('CONTRACT_INVALID', {message: `the file is no CSV table: ${(error as Error).message}`})
  }
}
