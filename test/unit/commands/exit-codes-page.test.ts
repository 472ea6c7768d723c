import {readFile} from 'node:fs/promises'
import {describe, expect, it} from 'vitest'
import {type ErrorKind, errorKinds} from '../../../src/core/errors/codes.ts'

const page = await readFile(new URL('../../../docs/exit-codes.md', import.meta.url), 'utf8')

describe('docs/exit-codes.md', () => {
  it('lists every error code with its exit code and meaning, and no other', () => {
    const kinds = Object.entries<ErrorKind>(errorKinds)
    const rows = kinds.map(
      ([code, {exitCode, title, retryAfterSeconds}]) =>
        `| \`${code}\` | ${exitCode} | ${title}${retryAfterSeconds ? `; try again after ${retryAfterSeconds} s` : ''} |`,
    )

    expect(page.slice(page.indexOf('| code |'))).toBe(['| code | exit | means |', '| --- | --- | --- |', ...rows, ''].join('\n'))
  })
})
