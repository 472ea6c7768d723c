// Writes the documentation pages that the code knows: `node scripts/write-docs.ts`.
import {writeFileSync} from 'node:fs'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {rangesPage} from './ranges-page.ts'
import {rulesPage} from './rules-page.ts'

const docs = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../docs')
writeFileSync(path.join(docs, 'rules.md'), rulesPage())
writeFileSync(path.join(docs, 'plausible-ranges.md'), rangesPage())
