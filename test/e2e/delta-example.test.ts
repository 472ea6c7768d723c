// The example of docs/delta.md, run as it stands against the built package.
import {execFileSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect, it} from 'vitest'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

it('runs as the documentation of the Delta module shows it', () => {
  const page = readFileSync(path.join(root, 'docs/delta.md'), 'utf8')
  const [, code = '', output = ''] = /```js\n([\s\S]*?)```\n```text\n([\s\S]*?)```/.exec(page) ?? []
  const folder = mkdtempSync(path.join(tmpdir(), 'hippo-delta-example-'))
  // Within the package, where its own name resolves through `exports`.
  const script = path.join(root, 'dist', `delta-example-${process.pid}.mjs`)
  writeFileSync(script, code)

  try {
    expect(execFileSync(process.execPath, [script, folder], {encoding: 'utf8'})).toBe(output)
  } finally {
    rmSync(script)
    rmSync(folder, {recursive: true})
  }
})
