// How a pack writes down a quantity: what it leaves out holds for nobody, and nobody signed it.
import {lifeStages} from './life-stages.ts'
import type {Bounds, BoundsSource, PlausibleRange, Signature, StageBounds} from './plausible-range.ts'

/** Of the packs; a quantity whose bounds did not change keeps an older one. */
export const version = '2026.12'

interface Facts {
  readonly impossible?: Bounds
  /** Of adults, unless `isForAll`. */
  readonly unlikely?: Bounds
  readonly isForAll?: true
  readonly stages?: StageBounds
  readonly bySex?: PlausibleRange['bySex']
  readonly from: readonly BoundsSource[]
  readonly because?: string
  readonly otherUnits?: PlausibleRange['otherUnits']
  readonly signedBy?: Signature
}

const none: Bounds = [undefined, undefined]

/** A quantity of a pack, by its LOINC terms (with blanks between them) and the unit of its bounds. */
export function quantity(codes: string, title: string, unit: string, facts: Facts): PlausibleRange {
  const {impossible = none, unlikely = none, isForAll = false, stages = {}, bySex = {}, from, because, otherUnits, signedBy} = facts
  const own = because === undefined ? {} : {because}
  const others = otherUnits === undefined ? {} : {otherUnits: withoutKey(otherUnits, unit)}
  const judged = {impossible, unlikely, isForAll, stages, bySex}
  return {codes: codes.split(' '), title, unit, ...judged, sources: from, version, signedBy: signedBy ?? null, ...own, ...others}
}

const withoutKey = <T>(units: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(units).filter(([unit]) => unit !== key))

/** What is unlikely in each stage of childhood, from the newborn to the adolescent. */
export function children(...bounds: readonly Bounds[]): StageBounds {
  return Object.fromEntries(bounds.map((unlikely, index) => [lifeStages[index]?.name, {unlikely}]))
}
