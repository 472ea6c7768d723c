// The part of start-up that needs oclif: one command loaded and run, or its help page.
import type {HippoCommand} from '../hippo-command.ts'
import {HippoHelp} from './help.ts'
import {type Session, SessionConfig} from './session.ts'

/** All commands extend HippoCommand, whose module is loaded only with a command. */
type CommandClass = new (argv: readonly string[], config: SessionConfig) => HippoCommand

/** Runs the command to its end; its exit code is in the session. */
export async function runCommand(root: string, session: Session, id: string, argv: readonly string[]): Promise<void> {
  const config = await loadTree(root, session)
  const Loaded = (await config.findCommand(id, {must: true}).load()) as unknown as CommandClass
  await new Loaded(argv, config).execute()
}

/** Prints the page of a command or a topic. */
export async function showHelp(root: string, session: Session, subject: string): Promise<void> {
  await new HippoHelp(await loadTree(root, session)).showHelp([subject])
}

async function loadTree(root: string, session: Session): Promise<SessionConfig> {
  const config = new SessionConfig(root, session)
  await config.load()
  return config
}
