// What two steps share: the unit that values are converted to, one for the column or one for each code, and the table of every
// known spelling with its shift and factor. The table is made when the contract is compiled; an engine only looks up.
import {conversionBetween, isUcumUnit, type Substance} from '../clinical/convert-unit.ts'
import {analyteOf} from '../clinical/molar-masses.ts'
import {spelledUnits} from '../clinical/unit-aliases.ts'
import type {Params} from '../errors/read-params.ts'
import {type Expr, isPresent, matches, when} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import type {StepScope} from './define-step.ts'
import {withPlainSpaces} from './normalize.ts'

export interface UnitTarget {
  /** Column of the LOINC code; absent where one unit is for all rows. */
  readonly code?: string
  /** By code, or one under ''. */
  readonly units: Readonly<Record<string, string>>
  /** g/mol of what is measured, where one unit is for all rows. */
  readonly molarMass?: number
}

export const unitTargetParams = ['to', 'code', 'molarMass'] as const

/** Reads `to` (a unit, or a map of units by code) with `code` and `molarMass`. */
export function parseUnitTarget(params: Params): UnitTarget {
  const [code, molarMass] = [params.text('code'), params.number('molarMass')]
  if (molarMass !== undefined && (molarMass <= 0 || code !== undefined))
    params.fail('molarMass', code === undefined ? 'a molar mass is above 0' : 'with codes, the molar mass is that of each code')
  const units = code === undefined ? {'': params.needText('to')} : params.need('to', params.textMap('to'))
  const odd = Object.values(units).find((unit) => !isUcumUnit(unit))
  if (odd !== undefined) params.fail('to', `${odd} is no unit of UCUM`)
  return {units, ...(code === undefined ? {} : {code}), ...(molarMass === undefined ? {} : {molarMass})}
}

/** Values of this unit as the table lists them: trimmed, in lower case but for single letters, which mean another unit then. */
function spelled(unit: Expr): Expr {
  const bare: Expr = {kind: 'text', function: 'trim', of: withPlainSpaces(unit)}
  return when(matches(bare, '^.$'), bare, {kind: 'text', function: 'lower', of: bare})
}

/** One column of the table for the row's code and unit; null where nothing converts it. */
export function conversionPart(target: UnitTarget, part: 'factor' | 'shift' | 'to', unit: Expr, scope: StepScope): Expr {
  const rows = conversions(target)
  const on = target.code === undefined ? ['spelling'] : ['spelling', 'code']
  const key = target.code === undefined ? [spelled(unit)] : [spelled(unit), scope.text(target.code)]
  const relation: Plan = {
    kind: 'values',
    columns: [
      {name: 'spelling', type: 'string'},
      {name: 'code', type: 'string'},
      {name: 'to', type: 'string'},
      {name: 'factor', type: 'float64'},
      {name: 'shift', type: 'float64'},
    ],
    rows: rows.map(({spelling, code, to, factor, shift}) => [spelling, code, to, factor, shift]),
  }
  return {kind: 'lookup', key, relation, on, take: part}
}

/** Whether any unit in the table is shifted, as degrees are. */
export const hasShifts = (target: UnitTarget): boolean => conversions(target).some(({shift}) => shift !== 0)

/**
 * True for rows that have a unit to be converted to: all, or those of a listed code. A code with white space around it is the listed one, but not
 * written as it is: nothing is found for it, which is a reason, where a row of another code would pass.
 */
export function isTargeted({code, units}: UnitTarget, scope: StepScope): Expr | undefined {
  return code === undefined ? undefined : isListedCode(scope.text(code), Object.keys(units))
}

/** Whether a text is one of the codes, white space around it aside. */
export function isListedCode(code: Expr, codes: readonly string[]): Expr {
  const bare: Expr = {kind: 'text', function: 'trim', of: withPlainSpaces(code)}
  return {kind: 'and', of: [isPresent(code), {kind: 'isIn', of: bare, values: codes, type: 'string'}]}
}

interface ConversionRow {
  readonly spelling: string
  readonly code: string
  readonly to: string
  readonly factor: number
  readonly shift: number
}

function conversions({units, molarMass}: UnitTarget): readonly ConversionRow[] {
  return Object.entries(units).flatMap(([code, to]) => {
    const substance: Substance = analyteOf(code) ?? (molarMass === undefined ? {} : {molarMass})
    const known = new Map([...spelledUnits(), [to.toLowerCase(), to] as const])
    return [...known].flatMap(([spelling, from]) => {
      const conversion = conversionBetween(from, to, substance)
      return conversion === undefined ? [] : [{spelling, code, to, ...conversion}]
    })
  })
}
