// Contracts and foreign files made to harm: each is refused at its place, or read, in bounded time; none is looked at for long.
import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync, truncateSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {contractFormat} from '../../../src/core/contract/exchange/index.ts'
import {readContract, readContractFile} from '../../../src/core/contract/read-contract.ts'
import {importContract} from '../../../src/core/index.ts'
import {labText} from '../../support/contract-text.ts'

const head = labText('- {name: id, logicalType: string}')
const deep = 100_000

/** What refuses it, with its place; undefined when nothing does. */
function refusal(read: () => unknown): unknown {
  try {
    read()
    return undefined
  } catch (error) {
    return error
  }
}

describe('a hostile contract', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hippo-hostile-'))
  })
  afterAll(() => rmSync(folder, {recursive: true, force: true}))

  it('of thousands of columns is read', () => {
    const columns = Array.from({length: 2000}, (_, at) => `- {name: c${at}, logicalType: string, required: true}`)

    expect(readContract('wide.odcs.yaml', labText(columns.join('\n'))).columns).toHaveLength(2000)
  })

  it.each([
    ['nested without end', `${head}x: ${'['.repeat(deep)}`],
    ['with an alias of itself', `${head}customProperties: &a [{property: x, value: *a}]\n`],
    ['with aliases that multiply', `${head}x: &a [1,1,1,1,1,1,1,1]\ny: &b [${'*a,'.repeat(40)}]\nz: [${'*b,'.repeat(40)}]\n`],
    ['with a pattern that takes for ever', labText('- {name: a, logicalType: string, logicalTypeOptions: {pattern: "(a*)\\\\1$"}}')],
    [
      'with a pattern of a million states',
      labText('- {name: a, logicalType: string, logicalTypeOptions: {pattern: "((a{1000}){1000}){1000}"}}'),
    ],
  ])('%s is refused at its place', (_, text) => {
    expect(refusal(() => readContract('bad.odcs.yaml', text))).toMatchObject({
      code: expect.stringMatching(/^CONTRACT_/),
      at: {file: 'bad.odcs.yaml', line: expect.any(Number), column: expect.any(Number)},
    })
  })

  it('of terabytes, or that never ends, is refused before it is read', async () => {
    const [huge, pipe] = [path.join(folder, 'huge.odcs.yaml'), path.join(folder, 'pipe.odcs.yaml')]
    writeFileSync(huge, '')
    truncateSync(huge, 2 ** 42)
    execFileSync('mkfifo', [pipe])

    for (const file of [huge, pipe]) {
      await expect(readContractFile(file)).rejects.toMatchObject({code: 'CONTRACT_INVALID', at: {file, line: 1}})
      await expect(importContract({file, from: 'sql'})).rejects.toMatchObject({code: 'CONTRACT_INVALID', at: {file, line: 1}})
    }
    await expect(importContract({file: folder, from: 'sql'})).rejects.toMatchObject({code: 'CONTRACT_NOT_FOUND'})
  })
})

describe('a hostile foreign file', () => {
  it.each([
    ['sql', `create table a (x int, ${'('.repeat(deep)}`],
    ['sql', `create table a (x int) ${"'".repeat(deep + 1)}`],
    ['sql', `${'create table '.repeat(deep)} a (x int)`],
    ['sql', `create table a (x int${' '.repeat(deep)})${' '.repeat(deep)}${'\n'.repeat(deep)}`],
    ['sql', `create table a (x int); ${'comment on table '.repeat(deep)}`],
    ['json-schema', `{"properties": {"a": ${'['.repeat(deep)}`],
    ['dbt', `models: ${'['.repeat(deep / 10)}`],
    ['dbt', `models: [{name: x, columns: [{name: a, data_tests: [{relationships: {to: "ref('${"a',  '".repeat(deep)}"}}]}]}]`],
    ['soda', `checks for x: ["${'duplicate_count('.repeat(deep)}"]`],
    ['great-expectations', '{"expectations": [{"type": "__proto__", "kwargs": {"column": "__proto__"}}]}'],
    ['fhir', `{"resourceType": "StructureDefinition", "differential": {"element": [{"path": "${'a.'.repeat(deep)}"}]}}`],
  ])('of %s is read or refused in a moment', {timeout: 30_000}, async (name, text) => {
    const format = await contractFormat(name)

    const error = refusal(() => format?.read?.(text, {}))

    expect(error === undefined || (error as {code?: string}).code).toSatisfy((how) => how === true || how === 'CONTRACT_INVALID')
  })
})
