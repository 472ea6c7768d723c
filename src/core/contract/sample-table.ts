// A sample as columns of codes: equal texts of a column have one code, so that rows can be grouped and compared by any column
// without touching their texts again.

export interface CodedColumn {
  /** Row by row; -1 where there is nothing. */
  readonly codes: readonly number[]
  /** Text of each code. */
  readonly texts: readonly string[]
  /** Rows of each code. */
  readonly rowsOf: readonly (readonly number[])[]
  readonly present: number
}

export function codeColumn(texts: readonly (string | null)[]): CodedColumn {
  const known = new Map<string, number>()
  const rowsOf: number[][] = []
  const codes = texts.map((text, row) => {
    if (text === null) return -1
    const code = known.get(text) ?? known.size
    if (code === known.size) {
      known.set(text, code)
      rowsOf.push([])
    }
    rowsOf[code]?.push(row)
    return code
  })
  return {codes, texts: [...known.keys()], rowsOf, present: codes.filter((code) => code >= 0).length}
}

/** Fewer rows, and what they have in common is chance. */
const minExplaining = 3

/**
 * How many of the rows another column explains: rows with one and the same value there, at least half of all rows with that
 * value. Mistakes are spread; what goes with one ward, one site or one kind of row is a rule that is not known yet.
 */
export function countExplained(rows: ReadonlySet<number>, others: readonly CodedColumn[]): number {
  const explained = new Set<number>()
  for (const {codes, rowsOf} of others) {
    const hits = new Map<number, number>()
    for (const row of rows) {
      const code = codes[row] ?? -1
      if (code >= 0) hits.set(code, (hits.get(code) ?? 0) + 1)
    }
    for (const [code, count] of hits) {
      const all = rowsOf[code] ?? []
      if (count < minExplaining || count * 2 < all.length) continue
      for (const row of all) if (rows.has(row)) explained.add(row)
    }
  }
  return explained.size
}
