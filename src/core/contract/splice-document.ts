// The text of a changed YAML document with only the changed properties written anew, in their place: indents, quotes, blank lines, line ends
// and a byte order mark of everything else stay as they are. What comes out means what the document means, comments included, or
// nothing comes out: then the caller prints the document as a whole.
import {Document, isScalar, isSeq, type Node, parseDocument, type YAMLMap} from 'yaml'

export interface SplicedParts {
  /** Properties that were in the text and have changed. */
  readonly changed: readonly YAMLMap[]
  /** Properties at the end of their list, not in the text yet. */
  readonly added: readonly YAMLMap[]
}

interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** `printed` is the changed document as a whole; undefined where parts of it cannot be put into `text`. */
export function spliceDocument(document: Document, text: string, printed: string, {changed, added}: SplicedParts): string | undefined {
  const properties = document.getIn(['schema', 0, 'properties'])
  if (!isSeq(properties) || (properties.flow && added.length > 0)) return undefined
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n'
  try {
    const last = properties.items.at(-1 - added.length)
    const behind = endOfLine(text, endOf(text, last as Node))
    const column = columnOf(text, properties.range?.[0] ?? 0)
    const edits: Edit[] = [
      ...changed.map((property) => changedPart(text, property)),
      ...added.map((property) => ({from: behind, to: behind, text: `\n${' '.repeat(column)}- ${partText(property, column + 2)}`})),
      ...versionEdit(document, text),
    ]
    const spliced = edits
      .toSorted((a, b) => b.from - a.from)
      .reduce((whole, {from, to, text: part}) => whole.slice(0, from) + part.replaceAll('\n', lineEnd) + whole.slice(to), text)
    return isSame(spliced, printed) ? spliced : undefined
  } catch {
    // An alias of something outside the property, for example, has no text of its own.
    return undefined
  }
}

function changedPart(text: string, property: YAMLMap): Edit {
  const from = property.range?.[0] ?? 0
  const to = endOf(text, property)
  // A comment on the last line belongs to the last value, and is written with it.
  const rest = /^[ \t]*#[^\r\n]*/.exec(text.slice(to))?.[0] ?? ''
  return {from, to: property.flow ? to : to + rest.length, text: partText(property, columnOf(text, from))}
}

/** The property alone; what stands before and behind it is in the text already. */
function partText(property: YAMLMap, column: number): string {
  const part = property.clone() as YAMLMap
  part.commentBefore = null
  part.comment = null
  delete part.anchor
  const lines = new Document(part).toString({lineWidth: 0, flowCollectionPadding: false}).trimEnd().split('\n')
  return lines.map((line, at) => (at === 0 || line === '' ? line : ' '.repeat(column) + line)).join('\n')
}

function versionEdit(document: Document, text: string): readonly Edit[] {
  const version = document.get('version', true)
  if (!isScalar(version) || !version.range) return []
  const [from, to] = version.range
  const quote = /^["']/.exec(text.slice(from, to))?.[0] ?? ''
  return [{from, to, text: `${quote}${String(version.value)}${quote}`}]
}

function endOf(text: string, node: Node): number {
  const end = node.range?.[1] ?? 0
  return text.slice(0, end).trimEnd().length
}

function endOfLine(text: string, from: number): number {
  const rest = /[\r\n]/.exec(text.slice(from))
  return rest === null ? text.length : from + rest.index
}

const columnOf = (text: string, at: number): number => at - (text.lastIndexOf('\n', at - 1) + 1)

/** The same values, and as many marks of comments. */
function isSame(spliced: string, printed: string): boolean {
  const document = parseDocument(spliced, {version: '1.2'})
  const marks = (text: string): number => text.split('#').length
  return (
    document.errors.length === 0 &&
    marks(spliced) === marks(printed) &&
    JSON.stringify(document.toJS()) === JSON.stringify(parseDocument(printed, {version: '1.2'}).toJS())
  )
}
