import {duplicatePromises} from './duplicate-promises.ts'
import {neighbourPromises} from './neighbour-promises.ts'
import {relationPromises} from './relation-promises.ts'
import type {Workbench} from './workbench.ts'

/** What every engine promises of expressions that look at other rows: of the input, or of a relation. */
export function setPromises(bench: () => Workbench): void {
  duplicatePromises(bench)
  relationPromises(bench)
  neighbourPromises(bench)
}
