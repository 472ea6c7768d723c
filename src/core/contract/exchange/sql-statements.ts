// The statements of an SQL file around one table: what they say of that table (descriptions, keys that a dump adds later), and the names
// of the others. Values of rows are never repeated: a dump has them among its statements.
import {nameStatement} from './name-statement.ts'
import {maskQuoted, topLevelParts} from './sql-text.ts'

export interface AroundTable {
  readonly description?: string
  readonly columnDescriptions: ReadonlyMap<string, string>
  /** Parts as they would stand in the table: `constraint a primary key (id)`. */
  readonly added: readonly string[]
  /** What else is there, by its first words. */
  readonly others: readonly string[]
}

const mostOthers = 20

/** SQL Server says before it whether rows that are there count. */
const adding = /^(?:with\s+(?:no)?check\s+)?add\s+/i
const key = /^(constraint\s+\S+\s+)?(primary|unique|foreign|check)\b/i

/** `before` and `after` are the text around the table, without comments; `table` its name without a schema. */
export function readAround(before: string, after: string, table: string): AroundTable {
  const columnDescriptions = new Map<string, string>()
  const [added, others]: [string[], string[]] = [[], []]
  let description: string | undefined
  const isOurs = (path: string): boolean => nameParts(path).at(-1)?.toLowerCase() === table.toLowerCase()
  for (const statement of [...statementsOf(before), ...statementsOf(after)]) {
    const [, kind = '', path = '', text] = /^comment\s+on\s+(table|column)\s+(\S+)\s+is\s+'([\s\S]*)'$/i.exec(statement) ?? []
    const [, altered = '', changes] = /^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?(\S+)\s+([\s\S]+)$/i.exec(statement) ?? []
    const parts = nameParts(path)
    const plain = text?.replaceAll("''", '')
    const said = plain?.includes("'") ? undefined : text?.replaceAll("''", "'")
    if (said !== undefined && /^table$/i.test(kind) && isOurs(path)) description = said
    else if (said !== undefined && /^column$/i.test(kind) && parts.at(-2)?.toLowerCase() === table.toLowerCase())
      columnDescriptions.set((parts.at(-1) ?? '').toLowerCase(), said)
    else if (changes !== undefined && isOurs(altered)) {
      const written = topLevelParts(changes).map((change) => change.trim().replace(adding, ''))
      added.push(...written.filter((part) => key.test(part)))
      if (!written.every((part) => key.test(part))) others.push(nameStatement(statement))
    } else others.push(nameStatement(statement))
  }
  const named = [...new Set(others)]
  const more = named.length - mostOthers
  return {
    ...(description === undefined ? {} : {description}),
    columnDescriptions,
    added,
    others: [...named.slice(0, mostOthers), ...(more > 0 ? [`${more} more kinds of statements around the table`] : [])],
  }
}

/** `"lab"."a b"` as its parts, without quotes. */
function nameParts(path: string): readonly string[] {
  return (path.match(/"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|[^.\s]+/g) ?? []).map((part) => part.replace(/^["`[]|["`\]]$/g, ''))
}

/** A semicolon ends a statement; so does a line that begins another, or a line `GO`. Not so within quotes. */
function statementsOf(text: string): readonly string[] {
  const ends = maskQuoted(text).matchAll(/;|\n[ \t]*go[ \t]*(?=\n|$)|\n(?=[ \t]*(?:create|comment\s+on|alter\s+table|insert\s+into)\s)/gi)
  const statements: string[] = []
  let from = 0
  for (const {index, 0: end} of ends) {
    statements.push(text.slice(from, index))
    from = index + end.length
  }
  return [...statements, text.slice(from)].map((one) => one.trim()).filter((one) => one !== '')
}
