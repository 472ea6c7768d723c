// The first hour as the pages tell it: every fenced block is done as it stands. `sh` blocks run in one shell, blocks with a
// file name are written to it, and every line of a `text` block has to be in what the commands before it printed.
import {spawnSync} from 'node:child_process'
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterEach, describe, expect, it} from 'vitest'
import {projectRoot} from '../support/run-hippo.ts'

interface Block {
  readonly language: string
  /** Where its text goes; relative to the folder the reader is in. */
  readonly file?: string
  readonly text: string
}

function blocksOf(page: string, heading?: string): readonly Block[] {
  const text = readFileSync(path.join(projectRoot, page), 'utf8')
  const from = heading === undefined ? 0 : text.indexOf(heading)
  const to = heading === undefined ? text.length : text.indexOf('\n## ', from + 1)
  return [...text.slice(from, to < 0 ? text.length : to).matchAll(/^```(\S+)(?: (\S+))?\n(.*?)^```$/gms)].map(
    ([, language = '', file, body = '']) => ({language, text: body, ...(file === undefined ? {} : {file})}),
  )
}

const mark = (index: number): string => `--- block ${index}`
const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, {recursive: true, force: true})
})

/** One script of all blocks; files are written where the shell stands by then. Stops the server whatever happens. */
function scriptOf(blocks: readonly Block[]): string {
  const parts = blocks.flatMap(({language, file, text}, index) => {
    if (file !== undefined) return [`mkdir -p "$(dirname '${file}')"`, `cat > '${file}' <<'END OF FILE'\n${text}END OF FILE`]
    return language === 'sh' ? [`echo '${mark(index)}'`, text.trimEnd()] : []
  })
  return ['set -e', "trap 'hippo down --quiet >/dev/null 2>&1 || true' EXIT", ...parts, ''].join('\n')
}

/** What each `sh` block printed, by the index of the block. */
function run(blocks: readonly Block[]): ReadonlyMap<number, string> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hippo-hour-')))
  folders.push(folder)
  const bin = path.join(folder, 'bin')
  mkdirSync(bin)
  const hippo = path.join(bin, 'hippo')
  writeFileSync(hippo, `#!/bin/sh\nexec '${process.execPath}' '${path.join(projectRoot, 'bin', 'run.js')}' "$@"\n`)
  chmodSync(hippo, 0o755)
  const desk = path.join(folder, 'desk')
  mkdirSync(desk)
  const kept = Object.entries(process.env).filter(
    ([name]) => name === 'HIPPO_PG_BIN' || !/^(HIPPO_|NO_COLOR|FORCE_COLOR|VITEST|NODE_ENV)/.test(name),
  )
  const env = {...Object.fromEntries(kept), LANG: 'C.UTF-8', PATH: `${bin}${path.delimiter}${process.env.PATH}`}
  const {status, stdout, stderr} = spawnSync('sh', ['-c', scriptOf(blocks)], {cwd: desk, env, encoding: 'utf8'})
  expect({status, failed: status === 0 ? '' : `${stdout}\n${stderr}`}).toEqual({status: 0, failed: ''})
  const printed = stdout.split(/^--- block (\d+)$/m)
  return new Map(Array.from({length: (printed.length - 1) / 2}, (_, n) => [Number(printed[2 * n + 1]), printed[2 * n + 2] ?? '']))
}

/** Spaces in a row may differ in number, since columns are as wide as the paper. */
const plain = (line: string): string => line.trim().replace(/\s+/g, ' ')

function missingLines(expected: string, printed: string): readonly string[] {
  const lines = printed.split('\n').map(plain)
  return expected
    .split('\n')
    .map(plain)
    .filter((line) => line !== '' && !lines.some((one) => one === line || one.startsWith(`${line} `)))
}

const isBuilt = existsSync(path.join(projectRoot, 'dist', 'main.js'))
if (!isBuilt) {
  const line = 'skipped: the first hour: dist is not built (node scripts/build.mjs)'
  if ((process.env.HIPPO_TEST_REQUIRE ?? '') !== '') throw new Error(line)
  console.log(line)
}

describe.skipIf(!isBuilt)('the first hour', () => {
  it('goes as docs/first-hour.md says', {timeout: 300_000}, () => {
    const blocks = blocksOf('docs/first-hour.md')

    const printed = run(blocks)

    const claims = blocks.flatMap(({language, text}, index) => (language === 'text' ? [{text, of: printed.get(index - 1)}] : []))
    expect(claims.length).toBeGreaterThan(4)
    for (const {text, of} of claims) expect({missing: missingLines(text, of ?? ''), of}).toEqual({missing: [], of})
  })

  it('goes on with rejected rows as docs/quarantine.md says', {timeout: 300_000}, () => {
    const blocks = blocksOf('docs/quarantine.md')

    const printed = run(blocks)

    const claims = blocks.flatMap(({language, text}, index) => (language === 'text' ? [{text, of: printed.get(index - 1)}] : []))
    expect(claims.length).toBeGreaterThan(4)
    for (const {text, of} of claims) expect({missing: missingLines(text, of ?? ''), of}).toEqual({missing: [], of})
  })

  it('starts as the README says', {timeout: 300_000}, () => {
    const [delivery] = blocksOf('docs/first-hour.md').filter(({file}) => file === 'lab/results_2026-03.csv')
    const commands = blocksOf('README.md', '## The first hour').filter(({language}) => language === 'sh')
    expect([commands.length, delivery?.language]).toEqual([2, 'csv'])

    const printed = run([...(delivery === undefined ? [] : [delivery]), ...commands])

    expect([...printed.values()].join('\n')).toContain('24 read = 24 accepted')
  })
})
