// Golden errors: each folder of test/fixtures/contracts holds a contract and what reading it must say. UPDATE_GOLDEN=1
// writes the expectations anew; look at the difference before keeping it.
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {describe, expect, it} from 'vitest'
import type {Problem} from '../../../src/core/contract/contract-file.ts'
import {readContract} from '../../../src/core/contract/read-contract.ts'
import {HippoError} from '../../../src/core/errors/hippo-error.ts'

const fixtures = resolve(import.meta.dirname, '../../fixtures/contracts')

/** Everything the error says, with its places, as a person would read it. */
function report(text: string): string {
  try {
    readContract('contract.odcs.yaml', text)
    return 'read without a problem\n'
  } catch (error) {
    if (!(error instanceof HippoError)) throw error
    const problems = (error.details.problems ?? [error]) as readonly (Problem | HippoError)[]
    return problems.map(show).join('')
  }
}

function show({code, message, hint, at}: Problem | HippoError): string {
  const place = `${at?.file}:${at?.line}:${at?.column} ${code}`
  return [place, `  ${message}`, ...(hint === undefined ? [] : [`  hint: ${hint}`]), `  | ${at?.snippet?.trim().slice(0, 100)}`, ''].join(
    '\n',
  )
}

describe('a contract that cannot be honoured', () => {
  it.each(readdirSync(fixtures))('is refused with every place: %s', (name) => {
    const text = readFileSync(join(fixtures, name, 'contract.odcs.yaml'), 'utf8')
    const expected = join(fixtures, name, 'expected.txt')

    const said = report(text)
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(expected, said)

    expect(said).toBe(readFileSync(expected, 'utf8'))
    expect(said).not.toContain('read without a problem')
    expect(said).not.toContain('undefined')
  })
})
