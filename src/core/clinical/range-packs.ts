// The packs of plausible ranges that hippo ships, by the name a contract uses.
import type {RangePack} from './plausible-range.ts'
import {vitalsAndLabs} from './vitals-and-labs.ts'

export const rangePacks: ReadonlyMap<string, RangePack> = new Map([vitalsAndLabs].map((pack) => [pack.name, pack]))
