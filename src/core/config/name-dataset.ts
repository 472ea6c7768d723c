// A dataset's name and file patterns from the name of a delivered file: dates and counters are left out, the last word is
// made singular, and the pattern takes every later file of the same name, but none of another dataset's files nearby.
import path from 'node:path'

export interface NamedFile {
  readonly dataset: string
  /** The part of the file name that stays the same from delivery to delivery. */
  readonly stem: string
  /** What follows it, dates and counters left out: `.csv`, `.csv.gz`. */
  readonly extension: string
  /** Something changing stood before the stem. */
  readonly hasPrefix: boolean
}

const extensions = /^(.+?)((?:\.(?:csv|tsv|psv|txt|dat|tab))?(?:\.(?:gz|zst|zstd))?)$/i
const dateOrCount =
  '(?:(?:19|20)\\d{2}[-_.]?[01]\\d(?:[-_.]?[0-3]\\d)?(?:[T_-]?\\d{2}[-_.]?\\d{2}(?:[-_.]?\\d{2})?)?Z?|(?:19|20)\\d{2}|v?\\d+|\\(\\d+\\))'
const trailing = new RegExp(`(?:[-_. ]+${dateOrCount}| ?\\(\\d+\\)|(?:19|20)\\d{2}(?:[01]\\d(?:[0-3]\\d)?)?)$`, 'i')
const leading = new RegExp(`^${dateOrCount}[-_. ]+`, 'i')

/** Reads a file name (without folders). */
export function nameDataset(fileName: string): NamedFile {
  const [, whole = fileName, extension = ''] = extensions.exec(fileName) ?? []
  let stem = whole
  while (trailing.test(stem)) stem = stem.replace(trailing, '')
  const bare = stem.replace(leading, '')
  const kept = /[A-Za-z]/.test(bare) ? bare : ''
  return {dataset: datasetName(kept), stem: kept, extension, hasPrefix: kept === '' || bare !== stem}
}

/** File patterns for a dataset; `others` are names of files that must not be taken for it. */
export function patternsOf(fileName: string, others: readonly string[]): readonly string[] {
  const {dataset, stem, extension, hasPrefix} = nameDataset(fileName)
  const name = asPattern(stem)
  const end = asPattern(extension.replace(/\.(gz|zst|zstd)$/i, '')) + (/\.(gz|zst|zstd)$/i.test(extension) ? '*' : '')
  // A name that is nothing but a date or a counter has only its digits to go by.
  const start = stem !== '' ? (hasPrefix ? '*' : '') : '[0-9]'
  const wide = `${start}${name}*${end}`
  const strangers = others.filter((other) => nameDataset(other).dataset !== dataset)
  const takesNone = (pattern: string): boolean => !strangers.some((other) => path.posix.matchesGlob(other, pattern))
  if (takesNone(wide) && path.posix.matchesGlob(fileName, wide)) return [wide]
  const dated = `${hasPrefix ? '*' : ''}${name}[-_. ]*[0-9]*${end}`
  const exact = asPattern(fileName)
  return stem !== '' && dated !== wide && takesNone(dated) ? [...new Set([exact, dated])] : [exact]
}

/** Any character where a pattern's own characters would stand. */
const asPattern = (text: string): string => text.replace(/[^\p{L}\p{N} ._-]/gu, '?')

function datasetName(stem: string): string {
  const words = stem
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '')
    .toLowerCase()
    .split('_')
  const last = words.pop() ?? ''
  return [...words, singular(last)].join('_').slice(0, 60) || 'data'
}

/** English plurals as they name datasets; a word that is none stays. */
function singular(word: string): string {
  if (/(ss|us|is|news|series|species)$/.test(word) || word.length < 4) return word
  if (/ies$/.test(word)) return word.replace(/ies$/, 'y')
  if (/(agnos|gnos|alys|bas|cris|hypothes|psychos)es$/.test(word)) return word.replace(/es$/, 'is')
  if (/(ss|x|ch|sh|zz)es$/.test(word)) return word.replace(/es$/, '')
  return word.replace(/s$/, '')
}
