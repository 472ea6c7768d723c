import {describe, expect, it} from 'vitest'
import {hoistSetExpressions} from '../../../src/core/engine/polars/hoist-set-expressions.ts'
import {and, column, type Expr, isNull, not} from '../../../src/core/expr/expr.ts'
import type {DerivedColumn, Judgement, Plan} from '../../../src/core/expr/plan.ts'

const scan: Plan = {kind: 'values', columns: ['id', 'raw', 'day'].map((name) => ({name, type: 'string'})), rows: []}
const people: Plan = {kind: 'values', columns: [{name: 'key', type: 'string'}], rows: []}
const upper = (name: string): Expr => ({kind: 'text', function: 'upper', of: column(name)})
const known = (name: string): Expr => ({kind: 'existsIn', key: [column(name)], relation: people, on: ['key']})
const judgement = (id: string, when: Expr): Judgement => ({id, when, effect: 'quarantine'})
const derive = (input: Plan, ...columns: readonly DerivedColumn[]): Plan => ({kind: 'derive', input, columns})

function names(): () => string {
  let next = 0
  return () => `set ${next++}`
}

describe('hoistSetExpressions', () => {
  it('joins on columns of the scan before anything is derived, each question once', () => {
    const input = derive(scan, {name: 'person', expr: upper('raw')})

    const early = hoistSetExpressions({input, judgements: [judgement('a', known('id')), judgement('b', not(known('id')))]}, names())

    expect(early.input).toEqual(derive(derive(scan, {name: 'set 0', expr: known('id')}), {name: 'person', expr: upper('raw')}))
    expect(early.judgements.map(({when}) => when)).toEqual([column('set 0'), not(column('set 0'))])
  })

  it('derives the key first and the rest of its layer after the join', () => {
    const person = {name: 'person', expr: upper('raw')}
    const date = {name: 'date', expr: upper('day')}

    const early = hoistSetExpressions({input: derive(scan, date, person), judgements: [judgement('a', known('person'))]}, names())

    expect(early.input).toEqual(derive(derive(derive(scan, person), {name: 'set 0', expr: known('person')}), date))
  })

  it('waits for the last change of the key', () => {
    const input = derive(derive(scan, {name: 'id', expr: upper('id')}), {name: 'id', expr: upper('raw')})

    const early = hoistSetExpressions({input, judgements: [judgement('a', known('id'))]}, names())

    expect(early.input).toEqual(derive(input, {name: 'set 0', expr: known('id')}))
  })

  it('keeps a layer whole when its other columns look at what the key replaces', () => {
    const input = derive(scan, {name: 'id', expr: upper('id')}, {name: 'copy', expr: column('id')})

    const early = hoistSetExpressions({input, judgements: [judgement('a', known('id'))]}, names())

    expect(early.input).toEqual(derive(input, {name: 'set 0', expr: known('id')}))
  })

  it('leaves questions about whole rows at the end', () => {
    const repeat: Expr = {kind: 'isRepeat', key: ['id'], columns: ['id', 'raw']}
    const input = derive(scan, {name: 'person', expr: upper('raw')})
    const judgements = [judgement('a', and(repeat, isNull(column('day'))))]

    expect(hoistSetExpressions({input, judgements}, names())).toEqual({input, judgements})
  })
})
