// The official ODCS examples as an outside oracle: read without losing a property, or refused for a clear reason.
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {parse} from 'yaml'
import {openContractFile} from '../../../src/core/contract/contract-file.ts'
import {readContract} from '../../../src/core/contract/read-contract.ts'
import type {HippoError} from '../../../src/core/errors/hippo-error.ts'
import {sharedData} from '../../support/shared-data.ts'

const folder = sharedData('conformance_odcs')
const root = join(folder ?? '', 'examples')
const examples =
  folder === undefined ? [] : readdirSync(root, {recursive: true, encoding: 'utf8'}).filter((file) => file.endsWith('.odcs.yaml'))

/** Why hippo does not take them: it takes one flat dataset a file. */
const refusals: Readonly<Record<string, string>> = {
  'all/full-example.odcs.yaml': 'the contract has 2 schema objects',
  'all/postgresql-adventureworks-contract.odcs.yaml': 'the contract has 68 schema objects',
  'data-types/all-data-types.odcs.yaml': "logicalType array: hippo's tables are flat (and 1 more problem)",
  'roles/service-and-operational-roles.odcs.yaml': 'the contract has no schema object',
  'schema/all-schema-types.odcs.yaml': 'the contract has 3 schema objects',
  'schema/kafka-schemaregistry.odcs.yaml': 'the schema object has no properties',
  'server/azure-server.odcs.yaml': 'the contract has no schema object',
  'server/kafka-server.odcs.yaml': 'the schema object has no properties',
  'sla/database-table-sla.odcs.yaml': 'the contract has no schema object',
  'stakeholders/basic-four-dpo.odcs.yaml': 'the contract has no schema object',
}

describe.skipIf(folder === undefined)('the official ODCS examples', () => {
  it('are all here', () => {
    expect(examples.length).toBe(18)
  })

  it.each(examples)('%s keeps every property', (file) => {
    const text = readFileSync(join(root, file), 'utf8')

    expect(openContractFile(file, text).document).toEqual(parse(text))
  })

  it.each(examples.filter((file) => refusals[file] === undefined))('%s is read, document and all', (file) => {
    const text = readFileSync(join(root, file), 'utf8')

    expect(readContract(file, text).document).toEqual(parse(text))
  })

  it.each(examples.filter((file) => refusals[file] !== undefined))('%s is refused for what hippo cannot honour', (file) => {
    const text = readFileSync(join(root, file), 'utf8')

    expect(() => readContract(file, text)).toThrow(
      expect.objectContaining({code: 'CONTRACT_UNSUPPORTED', message: refusals[file]}) as HippoError,
    )
  })
})
