// The part of start-up that needs oclif: one command loaded and run, or its help page.
import path from 'node:path'
import {pathToFileURL} from 'node:url'
import type {HippoCommand} from '../hippo-command.ts'
import {type Session, SessionConfig} from './session.ts'

/** All commands extend HippoCommand, whose module is loaded only with a command. */
interface CommandClass {
  new (argv: readonly string[], config: SessionConfig): HippoCommand
  id: string
}

/** Runs the command to its end; its exit code is in the session. */
export async function runCommand(root: string, session: Session, id: string, argv: readonly string[]): Promise<void> {
  // The id is the path; asking oclif's tree for it would build the whole tree first, which takes 9 ms.
  const file = path.join(root, 'dist', 'commands', ...`${id}.js`.split(':'))
  const {default: Loaded} = (await import(pathToFileURL(file).href)) as {default: CommandClass}
  Loaded.id = id
  await new Loaded(argv, new SessionConfig(root, session)).execute()
}

/** Prints the page of a command or a topic. */
export async function showHelp(root: string, session: Session, subject: string): Promise<void> {
  const {HippoHelp} = await import('./help.ts')
  const config = new SessionConfig(root, session)
  await config.load()
  await new HippoHelp(config).showHelp([subject])
}
