// What a note calls a statement: its verb and, where the verb has one, the name behind it. Only words that are known to be SQL are repeated,
// for what looks like a statement may be the text of a row.

const name = String.raw`(?:"[^"\n]+"|${'`'}[^${'`'}\n]+${'`'}|\[[^\]\n]+\]|[\p{L}\p{N}_$#@]+)`
const path = String.raw`${name}(?:\.${name})*`
const objects =
  'table|view|index|sequence|type|domain|schema|database|function|procedure|trigger|column|constraint|extension|role|user|policy|rule|' +
  'aggregate|operator|cast|collation|server|tablespace|publication|subscription|event|synonym|package|login'
const kinds = String.raw`(?:(?:or\s+replace|unique|global|local|temporary|temp|unlogged|transient|external|foreign|materialized)\s+)*(?:${objects})`

const definition = new RegExp(
  String.raw`^(?:create|alter|drop|comment\s+on)\s+${kinds}\s+(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?${path}`,
  'iu',
)
const insertion = new RegExp(String.raw`^(?:insert|replace)\s+(?:ignore\s+)?into\s+${path}`, 'iu')
const verb = /^(?:copy|set|select|grant|revoke|use|begin|commit|lock|unlock|update|delete|merge|call|do|analyze|truncate|go)\b/i

/** Enough to find it by: never what follows, which may be a value. */
export function nameStatement(statement: string): string {
  const [defined] = definition.exec(statement) ?? []
  const [plain] = insertion.exec(statement) ?? verb.exec(statement) ?? []
  return (defined ?? (plain === undefined ? 'a statement of another kind' : `a statement ${plain}`)).replaceAll(/\s+/g, ' ').slice(0, 100)
}
