import {readFileSync} from 'node:fs'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import {rulesPage} from '../../../scripts/rules-page.ts'

const docs = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../docs')

describe('docs/rules.md', () => {
  it('says what the registries of rules and steps say', () => {
    expect(readFileSync(path.join(docs, 'rules.md'), 'utf8')).toBe(rulesPage())
  })
})
