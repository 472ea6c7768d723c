// A contract as YAML with places: every value and key can be pointed at by line and column, and problems are collected so
// that one reading reports them all. Loads the yaml package: import this only where contracts are read.
import {isMap, isScalar, LineCounter, type Node, parseDocument, visit, type YAMLError} from 'yaml'
import type {ErrorCode} from '../errors/codes.ts'
import {HippoError, type Location} from '../errors/hippo-error.ts'
import {largestContractBytes} from './read-text-file.ts'

export type Path = readonly (string | number)[]

export interface Problem {
  readonly code: Extract<ErrorCode, `CONTRACT_${string}`>
  readonly message: string
  readonly hint?: string
  readonly at: Location
}

export interface ContractFile {
  readonly path: string
  /** Plain values, unknown properties included. */
  readonly document: unknown
  /** Place of the value at a path (of its key with `key`), or of the nearest parent that is there. */
  locate(path: Path, part?: 'key' | 'value'): Location
  report(problem: Problem): void
  /** Takes the problem out of a HippoError; anything else is thrown on. */
  reportError(error: unknown, relocate?: (param: string) => Location): void
  readonly problems: readonly Problem[]
}

/** A contract reuses a few anchors; an alias bomb needs thousands. */
const maxAliases = 200

/** Parses the text; CONTRACT_INVALID with the place for broken YAML, several documents, tags, alias bombs and oversize. */
export function openContractFile(path: string, text: string): ContractFile {
  const lines = text.split(/\r?\n/)
  const counter = new LineCounter()
  const place = (offset: number): Location => {
    const {line, col} = counter.linePos(offset)
    return {file: path, line: Math.max(line, 1), column: Math.max(col, 1), snippet: lines[line - 1] ?? ''}
  }
  const invalid = (offset: number, message: string, hint?: string): HippoError =>
    new HippoError('CONTRACT_INVALID', {message, at: place(offset), ...(hint === undefined ? {} : {hint})})
  const notYaml = ({pos, message}: YAMLError): Problem => ({
    code: 'CONTRACT_INVALID',
    message: `not valid YAML: ${message.split('\n', 1)[0]}`,
    at: place(pos[0]),
  })
  if (text.length > largestContractBytes) throw invalid(0, `the file is larger than ${largestContractBytes / 1e6} MB`)

  const yaml = parseDocument(text, {lineCounter: counter, prettyErrors: false, version: '1.2', strict: true})
  const broken = [...yaml.errors, ...yaml.warnings].map(notYaml)
  if (broken[0] !== undefined) throw new HippoError('CONTRACT_INVALID', {...broken[0], details: {problems: broken}})
  // An alias means the last node before it with its anchor; asking the document for it would read the document once an alias.
  const anchored = new Map<string, unknown>()
  visit(yaml, {
    Node(_, node) {
      if ('anchor' in node && node.anchor !== undefined) anchored.set(node.anchor, node)
      if (node.tag?.startsWith('!')) throw invalid(node.range?.[0] ?? 0, `the tag ${node.tag} is not allowed in a contract`)
    },
    Alias(_, node, ancestors) {
      if (ancestors.some((one) => one === anchored.get(node.source)))
        throw invalid(node.range?.[0] ?? 0, `the alias *${node.source} stands within what it repeats`)
    },
  })
  const toPlain = (): unknown => {
    try {
      return yaml.toJS({maxAliasCount: maxAliases})
    } catch (cause) {
      throw invalid(0, 'the file expands too many YAML aliases', cause instanceof ReferenceError ? 'write the values out' : undefined)
    }
  }

  const problems: Problem[] = []
  const nodeAt = (at: Path): Node | undefined => {
    const node = at.length === 0 ? yaml.contents : yaml.getIn(at, true)
    return (node ?? undefined) as Node | undefined
  }
  const keyAt = (at: Path): Node | undefined => {
    const parent = nodeAt(at.slice(0, -1))
    const key = isMap(parent)
      ? parent.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(at.at(-1)))?.key
      : undefined
    return isScalar(key) ? key : undefined
  }
  const locate = (at: Path, part: 'key' | 'value' = 'value'): Location => {
    const node = part === 'key' ? keyAt(at) : nodeAt(at)
    if (node?.range) return place(node.range[0])
    return at.length === 0 ? place(0) : locate(at.slice(0, -1), part)
  }
  return {
    path,
    document: toPlain(),
    locate,
    problems,
    report: (problem) => void problems.push(problem),
    reportError: (error, relocate) => {
      if (!(error instanceof HippoError) || !isContractCode(error.code)) throw error
      const param = error.details.param
      const at = (typeof param === 'string' ? relocate?.(param) : undefined) ?? error.at ?? place(0)
      problems.push({code: error.code, message: error.message, at, ...(error.hint === undefined ? {} : {hint: error.hint})})
    },
  }
}

const isContractCode = (code: ErrorCode): code is Problem['code'] => code.startsWith('CONTRACT_')

/** Throws the first problem by place; the message counts the others and `details.problems` lists all. */
export function throwProblems({problems}: ContractFile): void {
  const ordered = [...problems].sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
  const [first] = ordered
  if (first === undefined) return
  const others = ordered.length - 1
  throw new HippoError(first.code, {
    message: others === 0 ? first.message : `${first.message} (and ${others} more ${others === 1 ? 'problem' : 'problems'})`,
    at: first.at,
    ...(first.hint === undefined ? {} : {hint: first.hint}),
    details: {problems: ordered},
  })
}

/** All problems of a file that could not be read, from the error that says so; none of any other error. */
export function problemsOf({details}: HippoError): readonly Problem[] {
  return Array.isArray(details.problems) ? details.problems : []
}
