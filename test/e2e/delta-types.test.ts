// A program in TypeScript that uses the Delta module as it is packed: its types hold what the documentation says, and mistakes show.
import {execFileSync, spawnSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const npm = process.env.npm_execpath
const program = `
import {commit, type Field, HippoError, memoryStore, readChanges, readRows, readSnapshot, stageFiles, type TableRow} from 'hippo-data-platform/delta'

const fields: readonly Field[] = [{name: 'id', type: 'int64', nullable: true}]
const store = memoryStore()
try {
  const add = await stageFiles(store, 't', [{path: '/tmp/rows.parquet', rows: 3}], fields, 'all')
  const properties = {'delta.constraints.positive': '\`id\` > 0', 'delta.enableChangeDataFeed': 'true'}
  const {version, state} = await commit(store, 't', await readSnapshot(store, 't'), {mode: 'append', add, fields, properties})
  const isNew: boolean = state === 'committed' && version > 0
  const snapshot = await readSnapshot(store, 't', {version: 0})
  if (snapshot && isNew) for await (const row of readRows(snapshot)) console.log((row satisfies TableRow).id)
  for await (const change of readChanges(store, 't', {from: 0})) console.log(change._change_type)
} catch (error) {
  if (error instanceof HippoError && error.code === 'TABLE_CONSTRAINT_BROKEN') console.log(error.hint)
}
`

describe('the types of hippo-data-platform/delta', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hippo-delta-types-'))
    const pack = ['pack', root, '--ignore-scripts', '--silent', '--pack-destination', folder]
    const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm, ...pack]] : ['npm', pack]
    const packed = execFileSync(command, args, {cwd: folder, encoding: 'utf8'}).trim().split('\n').at(-1) ?? ''
    const modules = path.join(folder, 'node_modules')
    mkdirSync(path.join(modules, 'hippo-data-platform'), {recursive: true})
    execFileSync('tar', ['-xzf', path.join(folder, packed), '--strip-components=1', '-C', path.join(modules, 'hippo-data-platform')])
    for (const name of ['hyparquet', '@types', 'undici-types']) symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name))
    writeFileSync(path.join(folder, 'package.json'), '{"type": "module"}')
  }, 60_000)
  afterAll(() => rmSync(folder, {recursive: true, force: true}))

  it('let a program that uses it rightly pass, and tell another what it does wrong; they themselves are sound', () => {
    writeFileSync(path.join(folder, 'right.ts'), program)
    writeFileSync(path.join(folder, 'wrong.ts'), program.replace("mode: 'append'", "mode: 'appendix'").replace('{from: 0}', '{}'))
    const options = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--module', 'nodenext', '--target', 'es2022', '--types', 'node']
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc')

    const said = spawnSync(process.execPath, [tsc, ...options, 'right.ts', 'wrong.ts'], {cwd: folder, encoding: 'utf8'}).stdout

    expect(said.split('\n').filter((line) => /^\S/.test(line))).toEqual([
      expect.stringMatching(/^wrong\.ts\(9,\d+\): error TS\d+: Type '"appendix"' is not assignable/),
      expect.stringMatching(/^wrong\.ts\(13,\d+\): error TS\d+: .*'ChangeRange'/),
    ])
  }, 120_000)
})
