// Plants faults in the rows of one dataset: each kind in as many rows as its share of the rate, one at least, each row damaged by one
// kind; and some rows by several at once. Says which rows (1-based, as they stand in the file) have to end with which reasons.
import type {Seeded} from '../seeded.ts'
import {type CellFault, type HospitalRow, type RowFault, withCells} from './fault.ts'

export interface PlantOptions {
  readonly faults: readonly RowFault[]
  /** Damaged rows of all rows, 0 to 1. */
  readonly rate: number
  readonly random: Seeded
  /** Begins every text that nobody else has. */
  readonly prefix: string
}

export interface Planted {
  readonly rows: readonly HospitalRow[]
  /** Row -> the checks that it has to break, sorted. */
  readonly expected: ReadonlyMap<number, readonly string[]>
  /** Fault -> its rows. Those of `severalAtOnce` have several. */
  readonly placed: ReadonlyMap<string, readonly number[]>
  /** Check -> rows that it has to warn of. */
  readonly warned: ReadonlyMap<string, number>
}

/** Names the rows with several faults in `placed`. */
export const severalAtOnce = 'several at once'
const atOnce = 3

export function plantRows(clean: readonly HospitalRow[], options: PlantOptions): Planted {
  const {faults, rate, random} = options
  const planting = new Planting(clean, options)
  const count = Math.max(1, Math.round((rate * clean.length) / (faults.length + 1)))
  const places = shuffled(
    clean.flatMap(({isLeaf}, index) => (isLeaf ? [index] : [])),
    random,
  )
  const free = new Set(places)
  const take = (applies: (row: HospitalRow) => boolean): number | undefined => {
    for (const place of free) {
      const row = clean[place]
      if (row === undefined || !applies(row)) continue
      free.delete(place)
      return place
    }
    return undefined
  }
  // Those that fit few rows first.
  for (const fault of faults.toSorted((a, b) => Number(b.applies !== undefined) - Number(a.applies !== undefined)))
    for (let number = 0; number < count; number++) planting.plant(fault, take(fault.applies ?? (() => true)))
  for (let number = 0; number < count; number++) planting.plantSeveral(take(() => true))
  return planting.end()
}

function shuffled<T>(items: readonly T[], random: Seeded): readonly T[] {
  const mixed = [...items]
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = random.below(last + 1)
    ;[mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T]
  }
  return mixed
}

class Planting {
  readonly #rows: HospitalRow[]
  readonly #options: PlantOptions
  readonly #expected = new Map<number, readonly string[]>()
  readonly #placed = new Map<string, number[]>()
  readonly #warned = new Map<string, number>()
  #made = 0

  constructor(clean: readonly HospitalRow[], options: PlantOptions) {
    this.#rows = [...clean]
    this.#options = options
  }

  plant(fault: RowFault, place: number | undefined): void {
    const row = this.#rowAt(fault.name, place)
    const damaged = withCells(row, fault.damage(row, {fresh: this.#fresh()}))
    if (fault.effect === 'cell') {
      this.#rows[place ?? 0] = damaged
      if (fault.warns) this.#warned.set(fault.check, (this.#warned.get(fault.check) ?? 0) + 1)
      else this.#expect(fault.name, (place ?? 0) + 1, [fault.check])
      return
    }
    this.#rows.push(damaged)
    this.#expect(fault.name, this.#rows.length, [fault.check])
    if (fault.breaks === 'both') this.#expect(fault.name, (place ?? 0) + 1, [fault.check])
  }

  /** Faults that look at different columns, so that each has to be found beside the others. */
  plantSeveral(place: number | undefined): void {
    let row = this.#rowAt(severalAtOnce, place)
    const chosen: CellFault[] = []
    for (const fault of shuffled(this.#options.faults, this.#options.random)) {
      if (fault.effect !== 'cell' || fault.warns || chosen.length === atOnce || fault.applies?.(row) === false) continue
      if (chosen.some(({touches}) => touches.some((name) => fault.touches.includes(name)))) continue
      row = withCells(row, fault.damage(row, {fresh: this.#fresh()}))
      chosen.push(fault)
    }
    this.#rows[place ?? 0] = row
    this.#expect(severalAtOnce, (place ?? 0) + 1, chosen.map(({check}) => check).toSorted())
  }

  end(): Planted {
    return {rows: this.#rows, expected: this.#expected, placed: this.#placed, warned: this.#warned}
  }

  #rowAt(name: string, place: number | undefined): HospitalRow {
    const row = place === undefined ? undefined : this.#rows[place]
    if (row === undefined) throw new Error(`there is no row left to plant ${name} in`)
    return row
  }

  #fresh(): string {
    return `${this.#options.prefix}${++this.#made}`
  }

  #expect(name: string, row: number, checks: readonly string[]): void {
    this.#expected.set(row, checks)
    this.#placed.set(name, [...(this.#placed.get(name) ?? []), row])
  }
}
