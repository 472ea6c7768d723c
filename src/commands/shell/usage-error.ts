// What oclif's parser refuses, as our own errors: exit 2, one sentence, the next step. Branches on the shape of its errors, as
// their classes are not exported.

import {HippoError, toHippoError} from '../../core/errors/hippo-error.ts'
import {nearest} from '../../core/errors/nearest.ts'
import {CLIError} from './oclif.ts'

interface ParseFailure {
  readonly flags?: readonly unknown[]
  readonly args?: readonly unknown[]
}

/** Anything thrown, as a HippoError; `knownFlags` are the flags of the command, to suggest the nearest. */
export function toUsageError(error: unknown, command: string, knownFlags: readonly string[]): HippoError {
  if (!(error instanceof CLIError)) return toHippoError(error)
  return new HippoError('CONFIG_USAGE', {message: sentence(error, knownFlags), hint: `hippo ${command} --help`, cause: error})
}

function sentence(error: CLIError & ParseFailure, knownFlags: readonly string[]): string {
  const [flag] = error.flags ?? []
  if (error.constructor.name === 'NonExistentFlagsError' && typeof flag === 'string') {
    const near = nearest(flag.replace(/^-+/, ''), knownFlags)
    return `There is no flag ${flag}.${near ? ` Did you mean --${near}?` : ''}`
  }
  const [argument] = error.args ?? []
  if (error.constructor.name === 'RequiredArgsError' && typeof argument === 'object' && argument !== null && 'name' in argument) {
    return `${String(argument.name).toUpperCase()} is missing.`
  }
  return error.message
    .replace(/\nSee more help with --help$/, '')
    .replace(/^The following errors? occurred:\s*/, '')
    .replace(/^Parsing (--\S+)\s+/, '$1: ')
    .replaceAll(/\s*\n\s*/g, '; ')
}
