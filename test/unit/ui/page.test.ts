import {describe, expect, it} from 'vitest'
import {badge, filterPage, type Page, pageLines, selectableRows} from '../../../src/ui/page.ts'

const page: Page = {
  sections: [
    {heading: 'FACTS', columns: [{title: ''}], rows: [{key: 'fact', cells: ['Patient'], isFixed: true}]},
    {
      heading: 'LIST',
      columns: [{title: ''}, {title: 'name'}],
      rows: [
        {key: 'a', cells: [badge('failed', 'failed'), 'patient.id']},
        {key: 'b', cells: [badge('passed', 'passed'), 'encounter.start']},
      ],
    },
  ],
  pinned: {heading: 'RUNNING', columns: [], rows: [{key: 'r', cells: ['nightly']}]},
}

describe('filterPage', () => {
  it('keeps rows that hold every word, in any cell and case, and whatever cannot be selected', () => {
    const filtered = filterPage(page, 'PATIENT fail')

    expect(selectableRows(filtered).map(({key}) => key)).toEqual(['a', 'r'])
    expect(filtered.sections[0]?.rows).toHaveLength(1)
  })

  it('says that nothing matches instead of that nothing is there', () => {
    expect(filterPage(page, 'xyz').sections[1]).toMatchObject({rows: [], empty: 'nothing here matches the filter'})
  })

  it('leaves a page alone without words', () => {
    expect(filterPage(page, '  ')).toBe(page)
  })
})

describe('pageLines', () => {
  it('puts titles on a line of their own when a note takes their room', () => {
    const [section] = page.sections.slice(1)
    const noted = section ? [{...section, note: '2 of 9'}] : []

    expect(pageLines(page.sections.slice(1)).map(({kind}) => kind)).toEqual(['heading', 'row', 'row'])
    expect(pageLines(noted).map(({kind}) => kind)).toEqual(['heading', 'titles', 'row', 'row'])
  })
})
