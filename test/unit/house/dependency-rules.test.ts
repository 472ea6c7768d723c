// The ranks and fences are only worth something if breaking them is noticed: each case plants one violation in a tree of its own.
import {spawnSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..')

describe('dependency rules', () => {
  let tree: string

  beforeEach(() => {
    tree = mkdtempSync(path.join(tmpdir(), 'hippo-rules-'))
    symlinkSync(path.join(root, 'node_modules'), path.join(tree, 'node_modules'))
    writeFileSync(
      path.join(tree, 'tsconfig.json'),
      '{"compilerOptions": {"module": "nodenext", "allowImportingTsExtensions": true, "noEmit": true}}',
    )
    writeFileSync(path.join(tree, 'package.json'), '{"type": "module"}')
  })

  afterEach(() => rmSync(tree, {recursive: true, force: true}))

  it.each([
    ['a folder that imports a higher rank', 'src/core/model/a.ts', '../pipeline/b.ts', 'rank-0-model'],
    ['a folder that imports its neighbour', 'src/core/contract/a.ts', '../delta/b.ts', 'rank-3-contract'],
    ['a type-only import upwards', 'src/core/expr/a.ts', 'type ../engine/b.ts', 'rank-1-expr'],
    ['the user interface reading past the query door', 'src/ui/a.ts', '../core/catalog/b.ts', 'ui-reads-through-query'],
    ['the core knowing a command', 'src/core/pipeline/a.ts', '../../commands/b.ts', 'core-knows-nobody-above'],
    ['a kind that knows its sibling', 'src/core/store/local/a.ts', '../memory/b.ts', 'kinds-store'],
    ['a package outside its fence', 'src/core/catalog/a.ts', 'pg', 'fence-pg'],
  ])('catch %s', (_, file, imported, rule) => {
    const isType = imported.startsWith('type ')
    const target = imported.replace('type ', '')
    write(file, `import ${isType ? 'type ' : ''}{b} from '${target}'\nexport const a${isType ? ': b = 1' : ' = b'}\n`)
    if (target.startsWith('.')) write(path.join(path.dirname(file), target), isType ? 'export type b = number\n' : 'export const b = 1\n')

    const {status, output} = cruise()

    expect(output).toContain(rule)
    expect(status).not.toBe(0)
  })

  it('pass a tree that keeps them, having read it', () => {
    write('src/core/pipeline/a.ts', "import {b} from '../model/b.ts'\nexport const a = b\n")
    write('src/core/model/b.ts', 'export const b = 1\n')

    const {status, output} = cruise()

    expect(output).toMatch(/2 modules, 1 dependencies cruised/)
    expect(status).toBe(0)
  })

  function write(file: string, text: string): void {
    const target = path.join(tree, file)
    mkdirSync(path.dirname(target), {recursive: true})
    writeFileSync(target, text)
  }

  function cruise(): {status: number | null; output: string} {
    const cli = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
    const args = [cli, 'src', '--config', path.join(root, '.dependency-cruiser.mjs'), '--output-type', 'err']
    const {status, stdout, stderr} = spawnSync(process.execPath, args, {cwd: tree, encoding: 'utf8'})
    return {status, output: stdout + stderr}
  }
})
