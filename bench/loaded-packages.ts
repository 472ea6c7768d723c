// Which npm packages a command loads: Node tells every module file it loads, and the bundle's metafile tells what each chunk
// is made of. A package counts as loaded when one of its files is in a loaded chunk.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {type Command, runProcess} from './measure-process.ts'

interface Metafile {
  readonly outputs: Readonly<Record<string, {readonly inputs: Readonly<Record<string, {readonly bytesInOutput: number}>>}>>
}

/** Sorted names; `root` holds dist/, `folder` takes the list of modules. */
export async function loadedPackages(command: Command, root: string, folder: string): Promise<readonly string[]> {
  const list = path.join(folder, 'modules.txt')
  const recorder = new URL('./record-modules.ts', import.meta.url).href
  await runProcess({...command, args: ['--import', recorder, ...command.args], env: {...command.env, HIPPO_BENCH_MODULES: list}})
  const {outputs} = JSON.parse(readFileSync(path.join(root, 'dist', 'meta.json'), 'utf8')) as Metafile
  const files = readFileSync(list, 'utf8').split('\n').filter(Boolean)
  const inputs = files.flatMap((file) => {
    const bundled = outputs[path.relative(root, file)]?.inputs
    return bundled ? Object.keys(bundled).filter((input) => (bundled[input]?.bytesInOutput ?? 0) > 0) : [file]
  })
  return [...new Set(inputs.flatMap((input) => packageOf(input) ?? []))].sort()
}

function packageOf(file: string): string | undefined {
  return /^(?:.*[/\\])?node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)/.exec(file)?.[1]?.replaceAll('\\', '/')
}
