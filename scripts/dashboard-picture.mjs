// Prints a screen of the dashboard over a workspace as plain text, for the README: the real screens on the real data, drawn on
// a terminal that is not there.
//
//   node scripts/dashboard-picture.mjs WORKSPACE [--columns 100] [--rows 30] [--keys 2]
import {EventEmitter} from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {parseArgs} from 'node:util'
import {build} from 'esbuild'
import {openReader} from '../src/core/query/index.ts'
import {openWorkspace} from '../src/core/workspace.ts'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {columns: {type: 'string', default: '100'}, rows: {type: 'string', default: '30'}, keys: {type: 'string', default: ''}},
})

/** Node runs no .tsx: the screens are bundled into a folder of their own, which is removed again. */
async function loadScreens() {
  const folder = fs.mkdtempSync(path.join(root, 'node_modules', '.hippo-picture-'))
  try {
    const outfile = path.join(folder, 'screens.mjs')
    await build({
      stdin: {
        contents: "export {createElement} from 'react'\nexport {render} from 'ink'\nexport {App} from './src/ui/app.tsx'",
        resolveDir: root,
      },
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      jsx: 'automatic',
      logLevel: 'warning',
    })
    return await import(pathToFileURL(outfile).href)
  } finally {
    fs.rmSync(folder, {recursive: true, force: true})
  }
}

function paperTerminal(columns, rows) {
  const frames = []
  const stdout = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns,
    rows,
    write: (chunk, done) => {
      if (chunk !== '') frames.push(chunk)
      done?.()
      return true
    },
  })
  let typed = null
  const ignore = () => undefined
  const stdin = Object.assign(new EventEmitter(), {
    isTTY: true,
    setEncoding: ignore,
    setRawMode: ignore,
    ref: ignore,
    unref: ignore,
    read: take,
  })
  function take() {
    const keys = typed
    typed = null
    return keys
  }
  const type = (keys) => {
    typed = keys
    stdin.emit('readable')
  }
  return {stdin, stdout, type, frame: () => frames.at(-1) ?? ''}
}

/** The frame once it has been the same, and not a waiting one, for a while. */
async function settled(terminal) {
  for (let before = ''; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 400))
    const frame = terminal.frame()
    if (frame === before && frame !== '' && !/reading|connecting/.test(frame)) return frame
    before = frame
  }
}

const [directory = '.'] = positionals
const {App, createElement, render} = await loadScreens()
const workspace = await openWorkspace({directory: path.resolve(directory), env: {...process.env, HIPPO_ACTOR: os.userInfo().username}})
const reader = await openReader(workspace)
const terminal = paperTerminal(Number(values.columns), Number(values.rows))
const app = render(createElement(App, {reader, theme: {color: false, unicode: true}, now: () => new Date(), refreshMs: 200}), {
  stdin: terminal.stdin,
  stdout: terminal.stdout,
  debug: true,
  exitOnCtrlC: false,
  patchConsole: false,
})
await settled(terminal)
for (const key of values.keys) {
  terminal.type(key)
  await settled(terminal)
}
const picture = terminal.frame()
app.unmount()
await reader.close()
await workspace.close()
process.stdout.write(`${picture.replace(/[ \t]+$/gm, '').trimEnd()}\n`)
