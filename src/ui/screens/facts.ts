// Facts as rows of a name and a text; long texts go on in the next line. They are read, never selected.
import type {CellContent, PageContext, PageRow, Section} from '../page.ts'
import {toned} from '../page.ts'
import {wrap} from '../report/lines.ts'

export type Fact = readonly [name: string, value: CellContent | undefined]

const nameWidth = 12

/** A section of facts; those without a value are left out. */
export function factSection(heading: string, facts: readonly Fact[], {width, now}: PageContext): Section {
  const paper = {columns: Math.max(20, width - nameWidth - 5), color: false, unicode: true, now}
  const rows = facts.flatMap(([name, value]): readonly PageRow[] => {
    if (value === undefined || value === '') return []
    const parts = typeof value === 'string' ? wrap(paper, value, 0, 0) : [value]
    return parts.map((part, index) => ({
      key: `fact ${heading} ${name} ${index}`,
      cells: [toned('quiet', index === 0 ? name.padEnd(nameWidth) : ''), part],
      isFixed: true,
    }))
  })
  return {heading, columns: [{title: ''}, {title: '', flexible: true}], rows}
}
