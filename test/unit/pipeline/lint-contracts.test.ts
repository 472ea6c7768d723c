import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {lintContracts} from '../../../src/core/pipeline/lint-contracts.ts'
import {openWorkspace} from '../../../src/core/workspace.ts'
import {labText} from '../../support/contract-text.ts'

describe('lintContracts', () => {
  let root: string

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'hippo-lint-'))
    mkdirSync(path.join(root, 'contracts'))
    writeFileSync(path.join(root, 'hippo.yaml'), 'name: clinic\n')
    write('patient', '- {name: id, logicalType: string, primaryKey: true}\n- {name: born, logicalType: date}')
  })

  afterEach(() => rmSync(root, {recursive: true, force: true}))

  const fileOf = (name: string) => path.join(root, 'contracts', `${name}.odcs.yaml`)
  const write = (name: string, properties: string, dataset = name) =>
    writeFileSync(fileOf(name), labText(properties).replace('- name: lab', `- name: ${dataset}`))
  const lint = async (...files: readonly string[]) => {
    const workspace = await openWorkspace({directory: root, env: {}})
    try {
      const {errors, remarks} = await lintContracts(workspace, files)
      const place = (at?: {readonly file: string; readonly line: number; readonly column: number}) =>
        at && `${path.basename(at.file)}:${at.line}:${at.column}`
      return {
        errors: errors.map(({code, message, hint, at}) => [place(at), code, message, hint]),
        remarks: remarks.map((one) => one.message),
      }
    } finally {
      await workspace.close()
    }
  }
  const reference = (to: string) => `- {name: patient_id, logicalType: string, relationships: [{to: ${to}}]}`

  it('calls a reference to a dataset that no contract has an error, at its place, and names the nearest', async () => {
    write('visit', reference('patientt.id'))

    const {errors, remarks} = await lint()

    expect(errors).toEqual([
      [
        'visit.odcs.yaml:9:65',
        'CONTRACT_RULE_INVALID',
        'patient_id.reference is not checked: there is no dataset patientt',
        'did you mean patient?',
      ],
    ])
    expect(remarks).toEqual([])
  })

  it('does not call it an error while another contract cannot be read: the dataset may be in that one', async () => {
    write('visit', reference('ward.id'))
    writeFileSync(fileOf('ward'), 'kind: [\n')

    const {errors, remarks} = await lint(fileOf('visit'))

    expect(errors).toEqual([])
    expect(remarks).toEqual(['patient_id.reference is not checked: there is no dataset ward'])
  })

  it('says that a dataset is not checked against itself', async () => {
    write('ward', '- {name: id, logicalType: string}\n- {name: part_of, logicalType: string, relationships: [{to: ward.id}]}')

    const {errors, remarks} = await lint()

    expect(errors).toEqual([])
    expect(remarks).toEqual(['part_of.reference is not checked: a dataset is not checked against itself'])
  })

  it('reports a reference between columns of different types, as a promotion would', async () => {
    write('visit', reference('patient.born'))

    const {errors} = await lint()

    expect(errors).toEqual([
      [
        'visit.odcs.yaml:9:65',
        'CONTRACT_RULE_INVALID',
        'patient_id.reference: patient_id is text but patient.born is date: they never match',
        'give both columns the same logicalType',
      ],
    ])
  })

  it('names both files of a dataset that has two, as what reads contracts does', async () => {
    write('patient-copy', '- {name: id, logicalType: string}', 'patient')
    const message = 'two contracts are about silver dataset patient: patient-copy.odcs.yaml and patient.odcs.yaml'

    const {errors} = await lint()
    const workspace = await openWorkspace({directory: root, env: {}})
    const refusal = workspace.contracts().finally(() => workspace.close())

    expect(errors).toEqual([['patient.odcs.yaml:7:11', 'CONTRACT_INVALID', message, 'keep one contract file a dataset']])
    await expect(refusal).rejects.toMatchObject({message, at: {file: fileOf('patient'), line: 7, column: 11}})
  })

  it('lists every problem of a file by itself', async () => {
    write('visit', '- {name: id, logicalType: strin}\n- {name: day, logicalType: daet}\n- {name: day, logicalTypo: date}')

    const {errors} = await lint()

    expect(errors.length).toBeGreaterThan(2)
    expect(new Set(errors.map(([place]) => place)).size).toBe(errors.length)
    expect(errors.every(([place, , message]) => place?.startsWith('visit.odcs.yaml:') && !message?.includes('more problem'))).toBe(true)
  })

  it('lists every place where the YAML is broken', async () => {
    writeFileSync(fileOf('visit'), `${labText('- {name: id, name: nr, logicalType: string}')}id: twice\n`)

    const {errors} = await lint()

    expect(errors.map(([place]) => place)).toEqual(['visit.odcs.yaml:9:20', 'visit.odcs.yaml:10:1'])
  })
})
