import {spawn} from 'node:child_process'

/** Runs a script in several processes at once; resolves to what each wrote to stdout, or rejects with the first failure. */
export async function runChildren(
  script: string,
  count: number,
  argumentsOf: (index: number) => readonly string[],
): Promise<readonly string[]> {
  return Promise.all(Array.from({length: count}, (_, index) => runChild(script, argumentsOf(index))))
}

function runChild(script: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {stdio: ['ignore', 'pipe', 'pipe']})
    let output = ''
    let errors = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`child ended with ${code}: ${errors}`))))
  })
}
