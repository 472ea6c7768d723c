// Which values may be written down outside the data: those of a column that tells nothing about people, neither by its name nor
// by what they look like.
import type {NameHints} from './name-hints.ts'

const maxListedCharacters = 40

/** Whether values of a column with these hints are never shown, whatever they are. */
export const isTelling = ({phiCategory, isConfidential, isIdentifier, isName}: NameHints): boolean =>
  phiCategory !== undefined || isConfidential || isIdentifier || isName

/** Whether these values of such a column may be shown. */
export function mayBeListed(values: readonly string[], hints: NameHints): boolean {
  return !isTelling(hints) && values.every((value) => value.length <= maxListedCharacters) && !looksLikePeople(values)
}

/** Titles, `Surname, Given` and two or three capitalised words: rather a list of people than of codes. */
function looksLikePeople(values: readonly string[]): boolean {
  const people = values.filter(
    (value) =>
      /^(dr|mr|mrs|ms|prof|herr|frau|sr|sra|mme)\.? |^\p{Lu}[\p{L}'-]+, ?\p{Lu}|^\p{Lu}\p{Ll}+( \p{Lu}\.?)?( \p{Lu}[\p{L}'-]+){1,2}$/iu.test(
        value,
      ) && !/^[\p{Ll} -]+$/u.test(value),
  )
  return people.length * 2 > values.length || values.every((value) => /^[0-9][0-9 -]{5,}$/.test(value))
}
