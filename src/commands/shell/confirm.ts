// Asking before something dangerous. Never asks when nobody can answer: then the flag is named.
import {createInterface} from 'node:readline/promises'
import {HippoError} from '../../core/errors/hippo-error.ts'
import type {Session} from './session.ts'

/** Returns when the answer is yes; RUN_INTERRUPTED on no, CONFIG_VALUE_MISSING when nobody can be asked. */
export async function confirm(
  question: string,
  {yes, noInput, session}: {yes: boolean; noInput: boolean; session: Session},
): Promise<void> {
  if (yes) return
  if (noInput || !process.stdin.isTTY || !process.stderr.isTTY) {
    throw new HippoError('CONFIG_VALUE_MISSING', {
      message: 'this must be confirmed, and there is nobody to ask',
      hint: 'confirm it with --yes',
    })
  }
  const prompt = createInterface({input: process.stdin, output: process.stderr})
  try {
    const answer = await prompt.question(`${question} [y/N] `, {signal: session.signal})
    if (!/^y(es)?$/i.test(answer.trim()))
      throw new HippoError('CONFIG_USAGE', {message: 'not confirmed; nothing was changed', hint: 'confirm with y or --yes'})
  } finally {
    prompt.close()
  }
}
