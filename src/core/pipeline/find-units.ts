// The unit detective: how the units of delivered files are written, which codes have several, and values that were measured in
// another unit than their row says. It reads and proposes; a contract that takes up the proposal converts. Units that are no
// known spelling are counted, never shown: such a column may hold anything.

import {conversionBetween} from '../clinical/convert-unit.ts'
import {analyteOf} from '../clinical/molar-masses.ts'
import {boundsFor, boundsIn, isBounded, isWithin, rangeOf} from '../clinical/plausible-range.ts'
import {unitOfSpelling} from '../clinical/unit-aliases.ts'
import {findUnitMix, type Quantiles, quantiles, type UndecidedMix, type UnitMix} from '../clinical/unit-mix.ts'
import {vitalsAndLabs} from '../clinical/vitals-and-labs.ts'
import {type MeasurementPart, measurementColumns} from '../contract/measurement-columns.ts'
import {HippoError} from '../errors/hippo-error.ts'
import {column, type Expr, isPresent} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import {type DraftRequest, readFiles} from './infer-workspace.ts'
import type {Workspace} from './ports.ts'
import {textColumn, withTexts} from './sample-file.ts'
import {soundRows} from './stage-texts.ts'

export interface UnitsRequest extends DraftRequest {
  /** Names of the columns; without them, those that the header tells. */
  readonly code?: string
  readonly value?: string
  readonly unit?: string
}

/** Another way in which rows write a unit. */
export interface SpelledUnit {
  readonly spelling: string
  readonly unit: string
  readonly rows: number
}

/** A code whose rows say several units. */
export interface SeveralUnits {
  readonly code: string
  /** The unit of most rows; absent where two have as many, and nothing is proposed. */
  readonly to?: string
  /** Quantiles of units with enough rows that they tell nobody's value. */
  readonly units: readonly {
    readonly unit: string
    readonly rows: number
    readonly converts: boolean
    readonly values?: Quantiles
    readonly after?: Quantiles
  }[]
}

export interface UnitFindings {
  readonly dataset: string
  readonly columns: {readonly code: string; readonly value: string; readonly unit: string}
  /** Rows with a code and a number that were looked at. */
  readonly rows: number
  /** There were more rows than are looked at. */
  readonly isCut: boolean
  readonly spellings: readonly SpelledUnit[]
  /** Rows with a unit that is no known spelling, and with none. */
  readonly unknownUnits: number
  readonly missingUnits: number
  readonly several: readonly SeveralUnits[]
  readonly mixes: readonly ((UnitMix | UndecidedMix) & {readonly code: string})[]
  /** YAML of steps for the value's column; absent when there is nothing to convert. */
  readonly patch?: string
}

type Ports = Pick<Workspace, 'engine' | 'stagingDirectory' | 'sourceOfFiles' | 'clock' | 'newRunId'>

const maxRows = 1_000_000
const minCrowd = 20

/** Looks for mixed units. CONFIG_USAGE when the columns are not told; SOURCE_* when a file cannot be read. */
export async function findUnits(workspace: Ports, request: UnitsRequest): Promise<UnitFindings> {
  const files = (await readFiles(workspace, request)).map(({prepared}) => prepared)
  const header = [...new Set(files.flatMap((file) => file.header))]
  const columns = {
    code: columnOf(header, 'code', request.code),
    value: columnOf(header, 'value', request.value),
    unit: columnOf(header, 'unit', request.unit),
  }
  const text = (name: string): Expr => column(textColumn(header.indexOf(name)))
  const number: Expr = {kind: 'parse', of: text(columns.value), as: {type: 'float64'}}
  const typed: Plan = {
    kind: 'select',
    input: withTexts(soundRows(files, header), header.length),
    columns: [
      {name: 'code', expr: text(columns.code)},
      {name: 'unit', expr: text(columns.unit)},
      {name: 'value', expr: number},
    ],
  }
  const both: Expr = {kind: 'and', of: [isPresent(column('code')), isPresent(column('value'))]}
  const rows = await (await workspace.engine()).rows({kind: 'filter', input: typed, where: both}, maxRows + 1)
  const measured = rows.slice(0, maxRows).map(({code, unit, value}) => ({
    code: String(code),
    written: unit === null || unit === undefined ? undefined : String(unit),
    value: Number(value),
  }))
  return {dataset: request.dataset, columns, rows: measured.length, isCut: rows.length > maxRows, ...judge(measured, columns)}
}

function columnOf(header: readonly string[], what: MeasurementPart, given: string | undefined): string {
  const named = given === undefined ? measurementColumns(what, header) : [given]
  const [only] = named
  if (only !== undefined && named.length === 1 && header.includes(only)) return only
  throw new HippoError('CONFIG_USAGE', {
    message: given === undefined ? `which column holds the ${what} is not clear from the header` : `there is no column ${given}`,
    hint: `name it: --${what} COLUMN`,
  })
}

interface Measured {
  readonly code: string
  readonly written: string | undefined
  readonly value: number
}

function judge(rows: readonly Measured[], columns: UnitFindings['columns']): Omit<UnitFindings, 'dataset' | 'columns' | 'rows' | 'isCut'> {
  const spelled = countBy(rows.flatMap(({written}) => written ?? []))
  const spellings = [...spelled].flatMap(([spelling, count]): readonly SpelledUnit[] => {
    const unit = unitOfSpelling(spelling)
    return unit === undefined || unit === spelling ? [] : [{spelling, unit, rows: count}]
  })
  const values = new Map<string, Map<string, number[]>>()
  for (const {code, written, value} of rows) {
    const unit = written === undefined ? undefined : unitOfSpelling(written)
    if (unit === undefined) continue
    const byUnit = values.get(code) ?? new Map<string, number[]>()
    values.set(code, byUnit)
    const list = byUnit.get(unit) ?? []
    byUnit.set(unit, list)
    list.push(value)
  }
  const several = [...values].flatMap(([code, byUnit]) => (isOneUnit(code, [...byUnit.keys()]) ? [] : [severalUnits(code, byUnit)]))
  const mixes = [...values].flatMap(([code, byUnit]) =>
    [...byUnit].flatMap(([unit, list]) => {
      const found = findUnitMix(list, unit, analyteOf(code))
      return found === undefined ? [] : [{...unlessPlausible(found, code), code}]
    }),
  )
  const patch = patchOf(several, mixes, columns)
  return {
    spellings: spellings.toSorted((a, b) => b.rows - a.rows),
    unknownUnits: rows.filter(({written}) => written !== undefined && unitOfSpelling(written) === undefined).length,
    missingUnits: rows.filter(({written}) => written === undefined).length,
    several,
    mixes,
    ...(patch === undefined ? {} : {patch}),
  }
}

/** Values that people have as they are written may be disease: nothing is proposed for them. */
function unlessPlausible(found: UnitMix | UndecidedMix, code: string): UnitMix | UndecidedMix {
  if (found.kind === 'undecided') return found
  const range = rangeOf(vitalsAndLabs, code)
  const tiers = ['unlikely', 'impossible'] as const
  const likely = range && tiers.map((tier) => boundsFor(range, tier, {stage: 'adult'})).find(isBounded)
  const bounds = range && likely && boundsIn(range, likely, found.unit)
  const [low, , high] = found.before
  if (bounds === undefined || !isWithin(low, bounds) || !isWithin(high, bounds)) return found
  const {unit, from, values} = found
  return {kind: 'undecided', unit, from: [from], values, reason: 'the values are plausible as they are written'}
}

function countBy(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}

/** Units that give the same numbers (`pg/mL` and `ng/L`) are one. */
function isOneUnit(code: string, [first = '', ...others]: readonly string[]): boolean {
  return others.every((unit) => {
    const conversion = conversionBetween(unit, first, analyteOf(code))
    return conversion !== undefined && conversion.factor === 1 && conversion.shift === 0
  })
}

/** The unit of most rows is the one to convert to; of two with as many rows neither is. */
function severalUnits(code: string, byUnit: ReadonlyMap<string, readonly number[]>): SeveralUnits {
  const ordered = [...byUnit].toSorted(([, a], [, b]) => b.length - a.length)
  const [[first = '', most = []] = [], [, next = []] = []] = ordered
  const to = most.length > next.length ? first : undefined
  const units = ordered.map(([unit, list]) => {
    const sorted = list.toSorted((a, b) => a - b)
    const conversion = conversionBetween(unit, first, analyteOf(code))
    const isCrowd = list.length >= minCrowd
    const after =
      conversion === undefined || to === undefined || !isCrowd
        ? undefined
        : quantiles(sorted.map((value) => (value + conversion.shift) * conversion.factor))
    return {
      unit,
      rows: list.length,
      converts: conversion !== undefined,
      ...(isCrowd ? {values: quantiles(sorted)} : {}),
      ...(after === undefined || unit === to ? {} : {after}),
    }
  })
  return {code, ...(to === undefined ? {} : {to}), units}
}

/** Steps for the column of the value, as they stand in `hippoTransform`. */
function patchOf(several: readonly SeveralUnits[], mixes: UnitFindings['mixes'], columns: UnitFindings['columns']): string | undefined {
  const convertible = several.flatMap(({code, to, units}) =>
    to !== undefined && units.every(({converts}) => converts) ? [{code, to}] : [],
  )
  const decided = mixes.flatMap((mix) => (mix.kind === 'mixed' ? [mix] : []))
  const quote = (text: string): string => JSON.stringify(text)
  const to = convertible.map((one) => `${quote(one.code)}: ${quote(one.to)}`).join(', ')
  const cases = decided.map(
    ({code, from, unit, side, bound}) => `${quote(code)}: {from: ${quote(from)}, to: ${quote(unit)}, ${side}: ${bound}}`,
  )
  const place = `code: ${quote(columns.code)}`
  const received = `received: ${quote(`${columns.value}_received`)}`
  const steps = [
    ...(cases.length === 0 ? [] : [`- {step: rescaleUnit, ${place}, ${received}, cases: {${cases.join(', ')}}}`]),
    ...(to === '' ? [] : [`- {step: convertUnit, ${place}, unit: ${quote(`${columns.unit}_received`)}, ${received}, to: {${to}}}`]),
  ]
  return steps.length === 0 ? undefined : `${steps.join('\n')}\n`
}
