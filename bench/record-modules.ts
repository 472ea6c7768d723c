// Loaded into a command by `--import`: writes the path of every module file it loads to the file that HIPPO_BENCH_MODULES names.
import {writeFileSync} from 'node:fs'
import {registerHooks} from 'node:module'
import {fileURLToPath} from 'node:url'

const target = process.env.HIPPO_BENCH_MODULES
const loaded = new Set<string>()

if (target !== undefined) {
  registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:')) loaded.add(fileURLToPath(url))
      return next(url, context)
    },
  })
  process.on('exit', () => writeFileSync(target, [...loaded].join('\n')))
}
