// The one place where an error becomes output: text on stderr, or with --json the error document on stdout.
import {type ErrorJson, toErrorJson, toHippoError} from '../../core/errors/hippo-error.ts'
import {errorReport} from '../../ui/report/error.ts'
import {wantsJson} from './invocation.ts'
import {printDocument, printLine} from './print.ts'
import type {Session} from './session.ts'
import {terminalPaper} from './terminal-paper.ts'

/** Prints what went wrong and sets the exit code; an interruption ends with the code of its signal. */
export function reportFailure(thrown: unknown, session: Session): void {
  const error = toHippoError(thrown)
  const exitCode = error.code === 'RUN_INTERRUPTED' ? session.interruptCode() : error.exitCode
  session.exitCode = exitCode
  process.exitCode = exitCode
  const json: ErrorJson = {...toErrorJson(error), exitCode}
  if (wantsJson(session.argv)) printDocument({error: json})
  else
    printLine(process.stderr, errorReport({...json, ...(error.at ? {location: error.at} : {})}, terminalPaper(process.stderr, session.env)))
  if (session.env.HIPPO_DEBUG) printLine(process.stderr, stackWithoutText(error))
}

/** Frames only: the text of an unforeseen error may hold a value. */
function stackWithoutText(error: unknown): string {
  const lines: string[] = []
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    lines.push(
      `${at.name}${'code' in at ? ` ${String(at.code)}` : ''}`,
      ...(at.stack ?? '').split('\n').filter((line) => /^ +at /.test(line)),
    )
  }
  return lines.join('\n')
}
