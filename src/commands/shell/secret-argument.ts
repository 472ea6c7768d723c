// An argument that others must not see: every user of a machine can list the arguments of its programs.
import {text} from 'node:stream/consumers'
import {HippoError} from '../../core/errors/hippo-error.ts'

/**
 * The argument itself, or for `-` the one line on standard input, without white space around it. CONFIG_VALUE_MISSING when there is
 * none; `what` the argument is and the `example` of how to give it are for its message.
 */
export async function readSecretArgument(
  argument: string,
  {what, example}: {readonly what: string; readonly example: string},
): Promise<string> {
  if (argument !== '-') return argument
  const lines = process.stdin.isTTY ? [] : (await text(process.stdin)).trim().split(/\r?\n/)
  const [line = ''] = lines
  if (lines.length === 1 && line !== '') return line
  throw new HippoError('CONFIG_VALUE_MISSING', {
    message: `the ${what} is to come from standard input, which does not hold one line`,
    hint: `for example: ${example}`,
  })
}
