// Who stands for the bounds of a pack: the pack itself may say so term by term, and a workspace signs in the clause that uses them. A signature is
// for one version of the pack; bounds that change have to be signed again. Nothing is judged otherwise for it: it is said, and `contract lint`
// tells clauses that reject rows by bounds that nobody signed.
import {type RangePack, rangeOf, type Signature} from '../clinical/plausible-range.ts'
import type {Location} from '../errors/hippo-error.ts'
import type {RuleDoubt} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'

export interface PackSignature extends Signature {
  readonly version: string
  /** LOINC terms that it is for; all when absent. */
  readonly codes?: readonly string[]
}

/** Reads `signed`: one signature, or a list of them. */
export function parseSignatures(raw: unknown, at: Location): readonly PackSignature[] {
  if (raw === undefined || raw === null) return []
  return (Array.isArray(raw) ? raw : [raw]).map((one: unknown) => {
    const params = ruleParams('plausibleRange signed', one, at, ['by', 'date', 'version', 'codes'])
    const [by, date, codes] = [params.needText('by'), params.needText('date'), params.texts('codes')]
    if (by.trim() === '') params.fail('by', 'by says who signed')
    if (!isDay(date)) params.fail('date', 'date is a day, such as 2026-11-23')
    return {by, date, version: params.needText('version'), ...(codes === undefined ? {} : {codes})}
  })
}

/** A day that the calendar has: `Date.parse` takes 30 February for one in March. */
function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text
}

interface Signed {
  readonly signatures: readonly PackSignature[]
  /** LOINC terms that are judged. */
  readonly terms: readonly string[]
}

/** Signatures for something that is judged here. */
const signaturesHere = ({signatures, terms}: Signed): readonly PackSignature[] =>
  signatures.filter(({codes}) => codes === undefined || codes.some((code) => terms.includes(code)))

/** Terms that somebody signed for this version. */
function signedTerms(pack: RangePack, {signatures, terms}: Signed): readonly string[] {
  const valid = signatures.filter(({version}) => version === pack.version)
  return terms.filter((term) => rangeOf(pack, term)?.signedBy || valid.some(({codes}) => codes === undefined || codes.includes(term)))
}

/** Who signed, for people; says as much where nobody did, or somebody for another version or for some terms. */
export function saySigned(pack: RangePack, signed: Signed): string {
  const terms = signedTerms(pack, signed)
  const own = terms.flatMap((term) => rangeOf(pack, term)?.signedBy ?? [])
  const here = signaturesHere(signed)
  const all = [...own, ...here.filter(({version}) => version === pack.version)]
  const who = [...new Set(all.map(({by, date}) => `${by} on ${date}`))].join(' and ')
  if (terms.length > 0)
    return terms.length === signed.terms.length ? `signed by ${who}` : `${terms.length} of ${signed.terms.length} terms signed by ${who}`
  const older = here.find(({version}) => version !== pack.version)
  return older === undefined ? 'signed by no clinician' : `signed for version ${older.version}, and by no clinician for this one`
}

/** What is to be doubted: rows rejected by bounds that nobody signed, and signatures for another version. */
export function doubtOfSignatures(
  pack: RangePack,
  {isRejecting, ...signed}: Signed & {readonly isRejecting: boolean},
): RuleDoubt | undefined {
  const isWhole = signedTerms(pack, signed).length === signed.terms.length
  if (isWhole || (!isRejecting && signed.signatures.length === 0)) return undefined
  return {
    message: `the bounds of ${pack.name} ${pack.version}: ${saySigned(pack, signed)}`,
    hint: `let a clinician read them and sign in the clause: signed: {by: NAME, date: YYYY-MM-DD, version: '${pack.version}'}`,
  }
}
