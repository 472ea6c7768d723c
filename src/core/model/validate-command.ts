// The command that shows how a contract judges one file, ready to be pasted into a shell.
import path from 'node:path'

/** Paths are shortened to the workspace's folder, where people are when they read it. */
export function validateCommand(root: string, {file, contract}: {readonly file: string; readonly contract: string}): string {
  return `hippo validate --file ${shellWord(below(root, file))} --contract ${shellWord(below(root, contract))}`
}

/** As a shell takes it for one word: senders choose the names of their files. */
const shellWord = (text: string): string => (/^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

function below(root: string, file: string): string {
  const relative = path.relative(root, path.resolve(root, file))
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative
}
