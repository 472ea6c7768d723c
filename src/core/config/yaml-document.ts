// hippo.yaml as text with places: every value can be pointed at by line and column. Variables are filled in here, so that one
// that is not set is an error at its place. Snippets never show a line that may hold a secret.
import {type Document, isMap, isPair, isScalar, LineCounter, type Node, parseDocument, type Scalar, visit} from 'yaml'
import {HippoError, type Location} from '../errors/hippo-error.ts'
import {type Environment, type ReadText, readVariable} from './environment.ts'

export interface YamlDocument {
  /** Plain value with variables filled in. */
  readonly value: unknown
  /** Place of the value at a path (of its key with `'key'`); of the nearest parent that exists when the path does not. */
  at(path: readonly PropertyKey[], part?: 'key' | 'value'): Location
}

const mayHoldSecret = /secret|password|accesskey|token|:\/\/[^/\s]*@/i

/** Parses YAML and fills in `${VAR}` and `${VAR:-default}`; CONFIG_INVALID or CONFIG_VARIABLE_UNSET with the place. */
export async function readYaml(text: string, file: string, env: Environment, readFile: ReadText): Promise<YamlDocument> {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, {lineCounter, prettyErrors: false})
  const lines = text.split(/\r?\n/)
  const locate = (offset: number): Location => {
    const {line, col} = lineCounter.linePos(offset)
    const snippet = lines[line - 1] ?? ''
    return {file, line, column: col, ...(mayHoldSecret.test(snippet) ? {} : {snippet})}
  }
  const [problem] = document.errors
  if (problem) throw new HippoError('CONFIG_INVALID', {message: firstLine(problem.message), at: locate(problem.pos[0])})

  const scalars: Scalar[] = []
  visit(document, {
    Scalar(key, node) {
      if (key !== 'key' && typeof node.value === 'string') scalars.push(node)
    },
  })
  for (const scalar of scalars) scalar.value = await interpolate(String(scalar.value), () => locate(start(scalar)), env, readFile)

  const at = (path: readonly PropertyKey[], part: 'key' | 'value' = 'value'): Location => {
    const node = part === 'value' ? (document.getIn(path, true) as Node | undefined) : keyNode(document, path)
    if (node?.range) return locate(node.range[0])
    return path.length === 0 ? locate(0) : at(path.slice(0, -1), part === 'key' ? 'value' : 'key')
  }
  const keyNode = (from: Document, path: readonly PropertyKey[]): Node | undefined => {
    const parent = path.length === 1 ? from.contents : from.getIn(path.slice(0, -1), true)
    if (!isMap(parent)) return undefined
    const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(path.at(-1)))
    return isScalar(pair?.key) ? pair.key : undefined
  }
  return {value: document.toJS() ?? {}, at}
}

const start = (node: Scalar): number => node.range?.[0] ?? 0
const firstLine = (text: string): string => text.split('\n', 1)[0] ?? text

/** Fills in variables; `$${` stands for a literal `${`. */
async function interpolate(text: string, at: () => Location, env: Environment, readFile: ReadText): Promise<string> {
  const pattern = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{/g
  let result = ''
  let end = 0
  for (const match of text.matchAll(pattern)) {
    result += text.slice(end, match.index)
    end = match.index + match[0].length
    const [whole, variable, fallback] = match
    if (whole === '$${') {
      result += '${'
      continue
    }
    if (variable === undefined) {
      throw new HippoError('CONFIG_INVALID', {
        message: `a variable is written \${NAME} or \${NAME:-default}`,
        hint: 'write $${ for a literal ${',
        at: at(),
      })
    }
    const value = (await readVariable(variable, env, readFile))?.value ?? fallback
    if (value === undefined) {
      throw new HippoError('CONFIG_VARIABLE_UNSET', {
        message: `variable ${variable} is not set`,
        hint: `set ${variable} or ${variable}_FILE, or give a default: \${${variable}:-…}`,
        at: at(),
      })
    }
    result += value
  }
  return result + text.slice(end)
}
