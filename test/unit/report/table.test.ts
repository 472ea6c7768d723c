import {describe, expect, it} from 'vitest'
import type {Paper} from '../../../src/ui/report/paper.ts'
import {table} from '../../../src/ui/report/table.ts'

const paper: Paper = {columns: 30, color: false, unicode: true, now: new Date(0)}

describe('table', () => {
  it('aligns by what is seen, not by code units', () => {
    const lines = table(
      paper,
      [{title: ''}, {title: '', align: 'right'}],
      [
        ['田中', '1'],
        ['e\u0301', '22'],
      ],
      0,
    )

    expect(lines).toEqual(['田中   1', 'e\u0301     22'])
  })

  it('cuts the widest flexible column first', () => {
    const lines = table(paper, [{title: 'id'}, {title: 'text', flexible: true}], [['12345678', 'a sentence that is far too long']], 0)

    expect(lines).toEqual(['id        text', '12345678  a sentence that is …'])
  })

  it('leaves out the column to drop when cutting is not enough', () => {
    const wide = 'x'.repeat(20)

    const lines = table(paper, [{title: 'a'}, {title: 'b', drop: 2}, {title: 'c', drop: 1}], [[wide, 'bbbb', 'cccc']], 0)

    expect(lines).toEqual(['a                     b', `${wide}  bbbb`])
  })

  it('cuts coloured text where it is seen to end, and closes its colours', () => {
    const [amber, plain] = ['\u001b[33m', '\u001b[39m']

    const lines = table(paper, [{title: '', flexible: true}, {title: ''}], [[`${amber}▲${plain} observation`, 'x'.repeat(18)]], 0)

    expect(lines).toEqual([`${amber}▲${plain} observa…  ${'x'.repeat(18)}`])
  })

  it('is nothing without rows', () => {
    expect(table(paper, [{title: 'a'}], [])).toEqual([])
  })
})
