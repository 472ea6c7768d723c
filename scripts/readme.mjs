// Writes the pictures of README.md from real output: the end of `hippo demo`, the quarantine it leaves and the dashboard over it.
//
//   node scripts/readme.mjs
import {execFileSync} from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const readme = path.join(root, 'README.md')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hippo-readme-'))
const workspace = path.join(folder, 'hippo-demo')

const run = (script, ...args) =>
  execFileSync(process.execPath, [path.join(root, script), ...args], {
    encoding: 'utf8',
    cwd: folder,
    env: {...process.env, NO_COLOR: '1'},
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trimEnd()

const block = (...lines) => ['```', ...lines, '```'].join('\n')

/** The first and last lines; what lies between is said to be left out. */
function cut(text, head, tail) {
  const lines = text.split('\n')
  if (lines.length <= head + tail) return lines
  return [...lines.slice(0, head), `  … ${lines.length - head - tail} more`, ...lines.slice(-tail)]
}

try {
  const demo = run('bin/run.js', 'demo', 'hippo-demo')
  const quarantine = run('bin/run.js', 'quarantine', 'list', 'observation', '--workspace', workspace)
  const dashboard = run('scripts/dashboard-picture.mjs', workspace, '--columns', '100', '--rows', '24')
  const picture = [
    '`npm start` ends like this:',
    block('$ hippo demo', ...cut(demo, 7, 3), '', '$ hippo quarantine list observation', ...cut(quarantine, 7, 1)),
    'and on a terminal it opens the dashboard:',
    block(dashboard),
  ].join('\n\n')
  const begin = '<!-- demo:begin (written by scripts/readme.mjs from real output) -->'
  const end = '<!-- demo:end -->'
  const text = fs.readFileSync(readme, 'utf8')
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (after === undefined) throw new Error('README.md has lost the marks of its pictures')
  fs.writeFileSync(readme, `${before}${begin}\n${picture}\n${end}${after}`)
} finally {
  run('bin/run.js', 'down', '--workspace', workspace)
  fs.rmSync(folder, {recursive: true, force: true})
}
