// What a code system promises about the text of its codes: shape and check digit. No terminology: whether a well-formed code
// exists, and what it means, is for a value set that the user brings.

export interface CodeSystem {
  /** As written in a contract. */
  readonly name: string
  /** For people, completing "a … code". */
  readonly title: string
  /** Portable pattern of the whole text. */
  readonly shape: string
  /** What the shape means, in words. */
  readonly form: string
  readonly check?: CheckedDigits
  /** Codes that are right, and texts that are not; the latter are traps that other checks fall into. */
  readonly good: readonly string[]
  readonly bad: readonly string[]
  /** Where shape, check and vectors come from. */
  readonly source: string
}

/** How the digits that the last one checks are got from a code. */
export interface CheckedDigits {
  readonly algorithm: 'luhn' | 'verhoeff'
  /** Replaced one after the other, everywhere in the code. */
  readonly replace?: readonly (readonly [find: string, by: string])[]
  /** Digits that count in front of the code's own. */
  readonly prefix?: string
  /** Codes that were published with a wrong digit and are right all the same. */
  readonly except?: readonly string[]
}
