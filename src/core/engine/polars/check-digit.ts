// Check digits by whole-number arithmetic over the digits, one column of small integers a place; no text is cut.
import type {CheckAlgorithm} from '../../expr/expr.ts'
import {checkedDigitsForm} from '../../expr/parse-forms.ts'
import {toRust} from '../../expr/portable-regex.ts'
import {verhoeffElement} from '../../expr/verhoeff.ts'
import {all, any, binary, cast, contains, type Dsl, int64, isNull, not, nullOf, scalar, stringCall, ternary} from './dsl.ts'

const maxDigits = 18

/** True where the text is digits of which the last checks the others, null where it is null. */
export function checkDigit(of: Dsl, algorithm: CheckAlgorithm): Dsl {
  const number = cast(of, 'Int64')
  const digits = Array.from({length: maxDigits}, (_, place) => digitOf(number, place))
  const isRight = algorithm === 'luhn' ? luhn(digits) : verhoeff(withoutPadding(digits, of))
  return ternary(isNull(of), nullOf('boolean'), all([contains(of, toRust(checkedDigitsForm)), isRight]))
}

const small = (value: number): Dsl => scalar('Int16', value)
const isAbove = (of: Dsl, than: number): Dsl => binary(of, 'Gt', small(than))

/** The digit of a place counted from the right; 0 before the first. */
function digitOf(number: Dsl, place: number): Dsl {
  return cast(binary(binary(number, 'FloorDivide', int64(10n ** BigInt(place))), 'Modulus', int64(10)), 'Int16')
}

function total(parts: readonly Dsl[]): Dsl {
  return parts.reduce((sum, part) => binary(sum, 'Plus', part))
}

/** Leading zeros add nothing, so the number of digits does not matter. */
function luhn(digits: readonly Dsl[]): Dsl {
  const doubled = (digit: Dsl): Dsl => binary(binary(digit, 'Plus', digit), 'Minus', ternary(isAbove(digit, 4), small(9), small(0)))
  const sum = total(digits.map((digit, place) => (place % 2 === 0 ? digit : doubled(digit))))
  return binary(binary(sum, 'Modulus', small(10)), 'Eq', small(0))
}

/** No digit, where the text has none at that place: a zero in front would change the product. */
function withoutPadding(digits: readonly Dsl[], of: Dsl): readonly Dsl[] {
  const length = cast(stringCall('LenBytes', of), 'Int16')
  return digits.map((digit, place) => ternary(isAbove(length, place), digit, small(-1)))
}

/** Turns add up, backwards after an odd number of flips; the product is 0 when neither a turn nor a flip is left. */
function verhoeff(digits: readonly Dsl[]): Dsl {
  const flips = digits.map((digit, place) => oneOf(digit, place, (element) => element >= 5))
  const turns = digits.map((digit, place) => turnOf(digit, place))
  let flipped: Dsl = flips[0] ?? null
  const signed: Dsl[] = [turns[0] ?? null]
  for (let place = 1; place < digits.length; place++) {
    const turn = turns[place] ?? null
    signed.push(ternary(flipped, binary(small(0), 'Minus', turn), turn))
    flipped = binary(flipped, 'NotEq', flips[place] ?? null)
  }
  const turned = binary(binary(total(signed), 'Modulus', small(5)), 'Eq', small(0))
  return all([turned, not(flipped)])
}

function oneOf(digit: Dsl, place: number, test: (element: number) => boolean): Dsl {
  const chosen = Array.from({length: 10}, (_, value) => value).filter((value) => test(verhoeffElement(value, place)))
  return any(chosen.map((value) => binary(digit, 'Eq', small(value))))
}

function turnOf(digit: Dsl, place: number): Dsl {
  return [1, 2, 3, 4].reduceRight<Dsl>(
    (otherwise, turn) =>
      ternary(
        oneOf(digit, place, (element) => element % 5 === turn),
        small(turn),
        otherwise,
      ),
    small(0),
  )
}
