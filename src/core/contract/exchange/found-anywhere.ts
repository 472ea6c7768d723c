// hippo's patterns may be found anywhere in a text, unless anchored. Other tools look from its beginning, or hold all of the text
// against a pattern; said with what may stand around it, a pattern means the same to all of them. Both are undone when read.

/** For tools that match from the beginning of the text. */
export const fromBeginning = (pattern: string): string => (isAnchored(pattern, /^\^/) ? pattern : `[\\s\\S]*(?:${pattern})`)

/** For tools of both habits: those that search in the text, and those that hold all of it against the pattern. */
export const ofWholeText = (pattern: string): string =>
  isAnchored(pattern, /^\^[\s\S]*[^\\]\$$/) ? pattern : `^[\\s\\S]*(?:${pattern})[\\s\\S]*$`

/** An alternative beside an anchored one may still stand anywhere. */
const isAnchored = (pattern: string, form: RegExp): boolean => form.test(pattern) && !pattern.includes('|')

/** The pattern within what the two above put around it; undefined for any other. */
export function foundAnywhere(written: string): string | undefined {
  return /^\^?\[\\s\\S\]\*\(\?:([\s\S]*)\)(?:\[\\s\\S\]\*\$)?$/.exec(written)?.[1]
}
