// What a column holds, whatever it is called: forms of text that name or reach a person. Only forms that hardly anything else
// has; a name or a number alone tells nothing by its form.
const forms: readonly (readonly [category: string, form: RegExp])[] = [
  ['email', /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/],
  ['url', /^(?:https?|ftp):\/\/\S+$/i],
  ['ip-address', /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/],
  ['social-security-number', /^\d{3}-\d{2}-\d{4}$/],
  ['telephone', /^(?:\+\d{1,3}[ -]?)?(?:\(\d{2,4}\) ?|\d{2,4}[ ./-])\d{3,4}[ ./-]\d{3,4}$|^\+\d{9,14}$/],
]

const minTexts = 5
/** The share of different texts that have the form. */
const minShare = 0.5

/** The HIPAA category that most of the texts have the form of, or undefined. */
export function phiByContent(texts: Iterable<string>): string | undefined {
  const all = [...texts]
  if (all.length < minTexts) return undefined
  return forms.find(([, form]) => all.filter((text) => form.test(text)).length >= minShare * all.length)?.[0]
}
