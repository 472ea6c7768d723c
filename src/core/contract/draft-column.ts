// One column of a draft: what its profile proves is stated, what was merely seen so far only warns, and what a person has to
// decide becomes a remark. Nothing in a draft tells whose data it was made from: no identifiers, no names, no extremes.
import {type ColumnProfile, missingMarks, type ProvenReading} from './column-profile.ts'
import {type DraftDependency, type Drafted, dependencyClauses, formClauses, unitRemarks} from './draft-likeness.ts'
import {mayBeListed} from './listable-values.ts'
import {hintsOf, type NameHints} from './name-hints.ts'
import type {Reading} from './readings.ts'

type Json = Readonly<Record<string, unknown>>

export interface ColumnDraft {
  readonly property: Readonly<Record<string, unknown>>
  /** Comments above the property, a sentence each. */
  readonly remarks: readonly string[]
}

export interface DraftPlace {
  readonly dataset: string
  /** Name in the contract. */
  readonly name: string
  readonly isKey: boolean
  /** ISO date of today: what lies ahead of it was meant to. */
  readonly today: string
  /** What decides the column's value. */
  readonly dependencies?: readonly DraftDependency[]
  /** Parameters of `plausibleRange`, where the column is known to hold a vital sign or laboratory result. */
  readonly plausible?: Json
}

/** In fewer rows it is chance that a value was never missing. */
const minRowsForPresence = 20
const minRowsForList = 20
/** Values that more rows than this (in percent) hold beside the listed ones are no rare mistakes. */
const maxOtherPercent = 1

export function draftColumn(column: ColumnProfile, place: DraftPlace): ColumnDraft {
  const hints = hintsOf(column.name, place.dataset, column.phiByContent)
  const {proven, remarks} = chooseReading(column, hints)
  const reading = proven?.reading
  const list = reading === undefined ? listOf(column, hints) : undefined
  const form = reading === undefined && list === undefined ? formClauses(column) : undefined
  const isOfValues = reading !== undefined || (form !== undefined && (column.readings.length > 0 || column.units !== undefined))
  const missing = column.missing.filter((mark) => isOfValues || missingMarks.includes(mark))
  const steps = stepsOf(column, reading, missing)
  const decided = dependencyClauses(place.dependencies ?? [])
  const judged = [list, form, decided].filter((part) => part !== undefined)
  const quality = [
    ...judged.flatMap(({clauses}) => clauses),
    ...(plausibleOf(place) ?? rangeOf(proven, hints)),
    ...notAhead(proven, hints, place),
  ]
  const isRequired = place.isKey || (column.nulls === 0 && column.rows >= minRowsForPresence)
  const custom = [
    ...(steps.length === 0 ? [] : [{property: 'hippoTransform', value: steps}]),
    ...(reading !== undefined && reading.formats.length > 1 ? [{property: 'hippoFormats', value: reading.formats}] : []),
    ...(reading?.offsetRequired ? [{property: 'hippoTimestampOffset', value: 'required'}] : []),
    ...(hints.phiCategory === undefined ? [] : [{property: 'hippoPhiCategory', value: hints.phiCategory}]),
  ]
  const options = optionsOf(column, reading)
  const property = {
    name: place.name,
    ...(place.name === column.name ? {} : {transformSourceObjects: [column.name]}),
    logicalType: reading?.type ?? 'string',
    ...(place.isKey ? {primaryKey: true} : {}),
    ...(isRequired ? {required: true} : {}),
    ...(options === undefined ? {} : {logicalTypeOptions: options}),
    ...(hints.phiCategory !== undefined || hints.isConfidential ? {classification: 'restricted'} : {}),
    ...(quality.length === 0 ? {} : {quality}),
    ...(custom.length === 0 ? {} : {customProperties: custom}),
  }
  return {
    property,
    remarks: [
      ...remarks,
      ...judged.flatMap((part) => part.remarks),
      ...unitRemarks(column),
      ...missingRemarks(column, missing),
      ...keyRemarks(column, place, hints),
    ],
  }
}

interface Choice {
  readonly proven?: ProvenReading
  readonly remarks: readonly string[]
}

/** The first reading that holds for every value, unless it would lose something that the text says. */
function chooseReading(column: ColumnProfile, hints: NameHints): Choice {
  const {readings} = column
  const present = column.rows - column.nulls
  if (present === 0) return {remarks: column.rows === 0 ? [] : ['Always empty here, so its type is not known.']}
  if (isSwappable(readings)) return {remarks: [swappable(readings)]}
  const whole = readings.filter(({unreadable}) => unreadable === 0)
  const [best] = whole.filter(({reading}) => !(isNumeric(reading) && (hints.isIdentifier || hints.isCode)))
  if (best === undefined) return {remarks: whole.length > 0 ? [] : nearMiss(column)}
  if (!isNumeric(best.reading)) return {proven: best, remarks: zoneRemark(best.reading)}
  if (column.leadingZeros > 0)
    return {remarks: [`Kept as text: ${rows(column.leadingZeros)} with a leading zero, which a number would lose.`]}
  if (best.reading.type === 'number' && column.longNumbers > 0)
    return {
      remarks: [`Kept as text: ${rows(column.longNumbers)} with more digits than a number keeps. DECIMAL(p,s) as physicalType keeps them.`],
    }
  return {proven: best, remarks: []}
}

const isNumeric = ({type}: Reading): boolean => type === 'integer' || type === 'number'

/** Every value reads with the day first and with the month first. */
function isSwappable(readings: readonly ProvenReading[]): boolean {
  const orders = readings.filter(({reading, unreadable}) => reading.order !== undefined && unreadable === 0)
  return orders.length > 1
}

function swappable(readings: readonly ProvenReading[]): string {
  const [first, second] = readings.filter(({reading}) => reading.order !== undefined).map(({reading}) => reading)
  const says = `logicalTypeOptions: {format: ${first?.formats[0]}} or {format: ${second?.formats[0]}}`
  return `Kept as text: day and month cannot be told apart, every value reads both ways. Say which: logicalType: ${first?.type} with ${says}.`
}

function nearMiss({readings, rows: all, nulls, unreadDates}: ColumnProfile): readonly string[] {
  if (unreadDates) return ['Kept as text: dates with two-digit years or names of months are not read as dates.']
  const [closest] = readings.toSorted((a, b) => a.unreadable - b.unreadable)
  if (closest === undefined) return []
  const {type, formats} = closest.reading
  const form = formats.length === 0 ? '' : ` (${formats.join(', ')})`
  return [`Kept as text: ${closest.unreadable} of ${all - nulls} values are no ${type}${form}. Steps (nullIf, mapValues) can mend them.`]
}

function zoneRemark(reading: Reading): readonly string[] {
  if (reading.type !== 'timestamp' || reading.offsetRequired || reading.formats.some((format) => /X|Z/.test(format))) return []
  return ['Times without an offset are read as UTC.']
}

function optionsOf(column: ColumnProfile, reading: Reading | undefined): Json | undefined {
  if (reading === undefined) return column.isUuid ? {format: 'uuid'} : undefined
  return reading.formats.length === 1 ? {format: reading.formats[0]} : undefined
}

/** Numbers and dates are trimmed anyway, but not before the steps. */
function stepsOf(column: ColumnProfile, reading: Reading | undefined, missing: readonly string[]): readonly Json[] {
  const needsTrim = column.hasEdges && (reading === undefined || missing.length > 0)
  return [
    ...(needsTrim ? [{step: 'trim'}] : []),
    ...(missing.length === 0 ? [] : [{step: 'nullIf', values: missing}]),
    ...(column.units === undefined ? [] : [{step: 'dropUnit', units: column.units}]),
    ...(reading?.decimalComma ? [{step: 'replaceText', find: ',', by: '.'}] : []),
  ]
}

function listOf(column: ColumnProfile, hints: NameHints): Drafted | undefined {
  const {frequent} = column
  const present = column.rows - column.nulls
  if (frequent === undefined || present < minRowsForList || !mayBeListed(frequent.values, hints)) return undefined
  const {values, otherRows, misspeltRows = 0} = frequent
  const isWhole = otherRows === 0 || (otherRows <= misspeltRows && otherRows * 100 <= present * maxOtherPercent)
  if (!isWhole && otherRows * 100 > present * maxOtherPercent) return undefined
  if (!isWhole) return {clauses: [], remarks: [`No list of its few values: ${rows(otherRows)} with others, each too rare to print here.`]}
  const remarks = [
    ...(misspeltRows === 0 ? [] : [`${rows(misspeltRows)} with what looks like a listed value, mistyped.`]),
    ...(otherRows === 0 ? [] : [`${rows(otherRows)} with a value that is not listed, each too rare to print here.`]),
  ]
  return {clauses: [{metric: 'invalidValues', mustBe: 0, severity: 'warning', arguments: {validValues: values}}], remarks}
}

/** The seen range, wider by half its span and rounded; a column that was never negative stays so. */
function rangeOf(proven: ProvenReading | undefined, hints: NameHints): readonly Json[] {
  if (proven === undefined || !isNumeric(proven.reading) || hints.phiCategory !== undefined) return []
  const {min, max} = proven
  if (typeof min !== 'number' || typeof max !== 'number') return []
  const margin = (max - min) / 2 || Math.max(1, Math.abs(max) / 2)
  const low = min >= 0 ? Math.max(0, outward(min - margin, margin, Math.floor)) : outward(min - margin, margin, Math.floor)
  const high = outward(max + margin, margin, Math.ceil)
  if (![low, high].every((bound) => Number.isFinite(bound) && Math.abs(bound) <= Number.MAX_SAFE_INTEGER)) return []
  const implementation = {rule: 'range', min: low, max: high}
  return [{type: 'custom', engine: 'hippo', severity: 'warning', implementation}]
}

/** A clinical pack knows more than the sample does. */
function plausibleOf({plausible}: DraftPlace): readonly Json[] | undefined {
  if (plausible === undefined) return undefined
  return [{type: 'custom', engine: 'hippo', severity: 'warning', implementation: {rule: 'plausibleRange', ...plausible}}]
}

/** Rounds to a whole number, and to the tens, hundreds … that the margin is counted in. */
function outward(bound: number, margin: number, round: (value: number) => number): number {
  const unit = Math.max(1, 10 ** Math.floor(Math.log10(margin)))
  return round(bound / unit) * unit
}

/** What has happened does not lie ahead, unless the name says that it may. */
function notAhead(proven: ProvenReading | undefined, hints: NameHints, {today}: DraftPlace): readonly Json[] {
  const isTime = proven?.reading.type === 'date' || proven?.reading.type === 'timestamp'
  if (!isTime || hints.isAhead || typeof proven.max !== 'string' || proven.max.slice(0, 10) > today) return []
  return [{type: 'custom', engine: 'hippo', severity: 'warning', implementation: {rule: 'notInFuture', graceDays: 1}}]
}

function missingRemarks(column: ColumnProfile, missing: readonly string[]): readonly string[] {
  if (missing.length === 0) return []
  const numbers = missing.filter((mark) => Number.isFinite(Number(mark)))
  const why =
    numbers.length === 0 ? '' : ` ${numbers.join(' and ')}: frequent, and far from all other numbers. Take it out if it is a measurement.`
  return [`${missing.join(' and ')} is taken for "no value" (${rows(column.missingRows)}).${why}`]
}

function keyRemarks(column: ColumnProfile, {isKey, name}: DraftPlace, hints: NameHints): readonly string[] {
  if (isKey) return [`No value occurs twice, so ${name} is taken for the key: a row that comes again with it replaces the earlier one.`]
  if (column.isUnique && hints.isIdentifier) return ['No value occurs twice. If it names a row for good, make it the primaryKey.']
  return []
}

const rows = (count: number): string => `${count} ${count === 1 ? 'row' : 'rows'}`
