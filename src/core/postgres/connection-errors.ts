// What went wrong with a connection, in three questions: may another try help, is nobody listening, and what does the user
// get to read. Messages name the server, never a password, and never repeat the driver's text (it may hold a value).
import {HippoError} from '../errors/hippo-error.ts'

export type Fault =
  /** No server behind the address: one of our own may be started. */
  | 'nobody'
  /** There is a server, and it is starting, stopping or full. */
  | 'busy'
  /** The address leads nowhere. */
  | 'unreachable'
  /** Trying again cannot help: rights, configuration. */
  | 'misconfigured'
  /** Not about the connection. */
  | 'none'

const faults: Readonly<Record<string, Fault>> = {
  ENOENT: 'nobody',
  ECONNREFUSED: 'nobody',
  ECONNRESET: 'nobody',
  EPIPE: 'nobody',
  ETIMEDOUT: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  EACCES: 'misconfigured',
  EPERM: 'misconfigured',
  ENOTSOCK: 'misconfigured',
  '57P01': 'busy', // terminated by an administrator: the server is going down
  '57P02': 'busy', // a crash of another backend
  '57P03': 'busy', // starting up, shutting down, in recovery
  '53300': 'busy', // too many connections
  '08006': 'unreachable',
  '08001': 'unreachable',
  '08004': 'misconfigured',
  '28P01': 'misconfigured',
  '28000': 'misconfigured',
  '3D000': 'misconfigured',
  '42501': 'misconfigured',
  ERR_INVALID_URL: 'misconfigured',
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'nothing listens there',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was reset',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name could not be looked up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTSOCK: 'that is not a socket',
  '57P01': 'the server is shutting down',
  '57P02': 'the server is recovering from a crash',
  '57P03': 'the server is starting or stopping',
  '53300': 'the server has no connection left',
  '28P01': 'user or password is wrong',
  '28000': 'the server does not let this user in',
  '3D000': 'there is no such database',
  '42501': 'the user lacks a right',
}

/** Classifies what a connection attempt or a query threw. */
export function faultOf(error: unknown): Fault {
  const code = codeOf(error)
  const known = code === undefined ? undefined : faults[code]
  if (known !== undefined) return known
  if (!(error instanceof Error) || error instanceof HippoError) return 'none'
  // pg reports these without a code; the words have been the same since pg 7.
  if (/^Connection terminated due to connection timeout|^timeout expired/.test(error.message)) return 'unreachable'
  if (/^Connection terminated|^Client has encountered a connection error|^Client was closed/.test(error.message)) return 'nobody'
  if (/does not support SSL|certificate|password must be a string|SASL|authentication/i.test(error.message)) return 'misconfigured'
  if (/^ERR_(TLS|SSL)|_CERT_|SELF_SIGNED/.test(code ?? '')) return 'misconfigured'
  return 'none'
}

/** Whether the connection is of no use any more; a statement that failed leaves it usable. */
export function isBroken(error: unknown): boolean {
  const fault = faultOf(error)
  return fault !== 'none' && fault !== 'misconfigured'
}

/** The SQLSTATE or system error code of anything thrown. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** What the user gets to read; errors that are not about the connection are handed back as they are. */
export function connectionError(error: unknown, where: string): unknown {
  const fault = faultOf(error)
  if (fault === 'none') return error
  const code = codeOf(error) ?? ''
  const reason = reasons[code] ?? (fault === 'misconfigured' ? 'the server refused the connection' : 'the connection broke')
  const message = `${where}: ${reason}${code === '' ? '' : ` (${code})`}`
  return fault === 'misconfigured'
    ? new HippoError('CATALOG_MISCONFIGURED', {message, cause: error})
    : new HippoError('CATALOG_UNREACHABLE', {message, cause: error})
}
