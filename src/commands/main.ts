// Finds the command, runs it, and turns whatever happens into an exit code. The root help and an unknown command are answered
// from the manifest alone; oclif is loaded for a command or its help page, and everything heavier only by the command itself.
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {commandDocument, commandsDocument, type ManifestCommands} from './shell/help-document.ts'
import {type Invocation, parseInvocation, unknownCommand, wantsJson} from './shell/invocation.ts'
import {printDocument, printLine} from './shell/print.ts'
import type {Session} from './shell/session.ts'
import {rootHelp} from './shell/tasks.ts'

export interface MainOptions {
  /** Arguments after the program's name. */
  readonly argv: readonly string[]
  /** Folder with package.json, dist/ and oclif.manifest.json. */
  readonly root: string
  readonly signal: AbortSignal
  /** Exit code for the signal that aborted. */
  interruptCode(): number
}

interface Manifest {
  readonly version: string
  readonly commands: ManifestCommands
}

/** Runs one invocation and returns its exit code; never throws for what a user can cause. */
export async function main({argv, root, signal, interruptCode}: MainOptions): Promise<number> {
  const session: Session = {argv, env: process.env, signal, interruptCode, exitCode: 0}
  try {
    const manifest = JSON.parse(await readFile(path.join(root, 'oclif.manifest.json'), 'utf8')) as Manifest
    await dispatch(manifest, root, session)
  } catch (error) {
    const {reportFailure} = await import('./shell/report-failure.ts')
    reportFailure(error, session)
  }
  return session.exitCode
}

async function dispatch({commands, version}: Manifest, root: string, session: Session): Promise<void> {
  const ids = Object.keys(commands)
  const invocation = parseInvocation(session.argv, ids)
  if (wantsJson(session.argv) && invocation.kind !== 'command' && invocation.kind !== 'unknown') {
    printDocument(documentOf(invocation, version, commands))
  } else if (invocation.kind === 'version') {
    printLine(process.stdout, `hippo ${version} (node ${process.versions.node}, ${process.platform}-${process.arch})`)
  } else if (invocation.kind === 'rootHelp') {
    printLine(process.stdout, rootHelp(new Map(ids.map((id) => [id.replaceAll(':', ' '), commands[id]?.summary ?? '']))))
  } else if (invocation.kind === 'unknown') {
    throw unknownCommand(invocation.words, ids)
  } else {
    const {runCommand, showHelp} = await import('./shell/command-tree.ts')
    if (invocation.kind === 'help') await showHelp(root, session, invocation.subject)
    else await runCommand(root, session, invocation.id, invocation.argv)
  }
}

function documentOf(invocation: Exclude<Invocation, {kind: 'command' | 'unknown'}>, version: string, commands: ManifestCommands): unknown {
  if (invocation.kind === 'version') return {version, node: process.versions.node, platform: `${process.platform}-${process.arch}`}
  if (invocation.kind === 'rootHelp') return commandsDocument(commands)
  const command = commands[invocation.subject]
  return command === undefined ? commandsDocument(commands, invocation.subject) : commandDocument(invocation.subject, command)
}
