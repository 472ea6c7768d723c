import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {describe, expect, it} from 'vitest'
import {lintContract} from '../../../src/core/contract/lint-contract.ts'
import {readContract} from '../../../src/core/contract/read-contract.ts'
import {hoursPer} from '../../../src/core/contract/read-freshness.ts'
import {ruleKinds} from '../../../src/core/rules/index.ts'
import {stepKinds} from '../../../src/core/steps/index.ts'
import {labContract} from '../../support/contract-text.ts'
import {referenceEngine} from '../../support/reference-engine.ts'
import {runContractOnFile} from '../../support/run-contract.ts'

const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/contracts.md'), 'utf8')
const blocks = [...page.matchAll(/^```(\S+)(?: (\S+))?\n(.*?)^```$/gms)].map(([, language, file, text = '']) => ({language, file, text}))
const fileNamed = (name: string): string => blocks.find(({file}) => file === name)?.text ?? ''

describe('docs/contracts.md', () => {
  const example = fileNamed('contracts/result.odcs.yaml')

  it('shows an example that is read, lints clean and is checked whole', () => {
    const contract = readContract('result.odcs.yaml', example)

    expect(lintContract('result.odcs.yaml', example)).toEqual([])
    expect(contract.rules.filter(({notCheckedBecause}) => notCheckedBecause !== undefined)).toEqual([])
    expect(contract).toMatchObject({
      dataset: 'result',
      writeMode: 'merge',
      maxQuarantinePercent: 30,
      freshnessHours: 2 * (hoursPer('days') ?? 0),
    })
  })

  it('says what becomes of the rows it shows', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hippo-page-'))
    const file = path.join(folder, 'result.csv')
    writeFileSync(file, fileNamed('result.csv'))

    const {accepted, quarantined} = await runContractOnFile(referenceEngine(), readContract('result.odcs.yaml', example), file)
    rmSync(folder, {recursive: true, force: true})

    const ends = [
      ...accepted.map((row) => `${row.result_id} accepted`),
      ...quarantined.map((row) => `${row.result_id} ${String(row.reasons).replaceAll('|', ', ')}`),
    ]
    expect(ends.toSorted().join('\n')).toBe(blocks.find(({language}) => language === 'text')?.text.trim())
  })

  it('shows no part of a contract that cannot be honoured', () => {
    const parts = blocks.filter(({language, file}) => language === 'yaml' && file === undefined)

    expect(parts.length).toBeGreaterThan(3)
    for (const {text} of parts) expect(labContract(text).rules.filter(({notCheckedBecause}) => notCheckedBecause)).toEqual([])
  })

  it('names every step, and points to the page with every rule', () => {
    for (const step of stepKinds.keys()) expect(page).toContain(`\`${step}\``)
    expect(ruleKinds.size).toBeGreaterThan(10)
    expect(page).toContain('(rules.md)')
  })
})
