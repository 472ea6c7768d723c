// What a stream can show: width, colour, characters. NO_COLOR and FORCE_COLOR as commonly agreed; ASCII when the locale says so.
import {fallbackColumns, type Paper} from '../../ui/report/paper.ts'

/** The paper of a stream now; text that is not for a terminal is 72 columns wide, as mail likes it. */
export function terminalPaper(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Paper {
  const isTerminal = stream.isTTY === true
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0'
  return {
    columns: isTerminal ? Math.max(40, stream.columns ?? fallbackColumns) : fallbackColumns,
    color: !env.NO_COLOR && (forced || (isTerminal && env.TERM !== 'dumb')),
    unicode: showsUnicode(env),
    now: new Date(),
  }
}

/** A locale that is set and is not UTF-8 means ASCII; without one, terminals of today show UTF-8. */
export function showsUnicode(env: NodeJS.ProcessEnv): boolean {
  if (env.HIPPO_ASCII) return false
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG
  return locale ? /utf-?8/i.test(locale) : env.TERM !== 'dumb'
}
