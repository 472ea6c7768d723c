// Rows that agree in some columns agree in this one too: a code has one display, a patient one date of birth. Where rows
// disagree, most of them decide who is wrong: only a row that differs from a clear majority is bad. Groups that are small are not
// judged, nor are split ones unless `undecided: bad` says that nobody is right there. Votes are those of the rows judged together;
// rows that were promoted before have none.
import {and, bool, column, isPresent, or} from '../expr/expr.ts'
import {defineRule} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'

interface FunctionalDependencyParams {
  readonly determinedBy: readonly string[]
  readonly minRows: number
  /** Percent of a group's rows that make its majority. */
  readonly majority: number
  readonly absentIsBad: boolean
  /** Where rows disagree and no value has the majority, all of them are bad. */
  readonly undecidedAreBad: boolean
}

const smallestGroup = 3
const usualMajority = 66

export const functionalDependency = defineRule<FunctionalDependencyParams>({
  name: 'functionalDependency',
  scope: 'row',
  dimension: 'consistency',
  kahn: 'conformance.relational',
  parse: (raw, at) => {
    const params = ruleParams('functionalDependency', raw, at, ['determinedBy', 'minRows', 'majority', 'absent', 'undecided'])
    const determinedBy = params.need('determinedBy', params.texts('determinedBy'))
    if (determinedBy.length === 0) params.fail('determinedBy', 'it needs a column')
    const [minRows, majority] = [params.count('minRows') ?? smallestGroup, params.count('majority') ?? usualMajority]
    if (minRows < 2) params.fail('minRows', 'one row has nobody to disagree with: at least 2')
    if (majority < 51 || majority > 100) params.fail('majority', 'a majority is 51 to 100 percent')
    const isBad = (name: 'absent' | 'undecided') => params.oneOf(name, ['bad', 'passes']) === 'bad'
    return {determinedBy, minRows, majority, absentIsBad: isBad('absent'), undecidedAreBad: isBad('undecided')}
  },
  columns: ({determinedBy}) => determinedBy,
  violates: ({determinedBy, minRows, majority, absentIsBad, undecidedAreBad}, {name, value}) =>
    and(or(bool(absentIsBad), isPresent(value)), {
      kind: 'isOutvoted',
      key: determinedBy,
      of: name,
      minRows,
      percent: majority,
      ...(undecidedAreBad ? {undecidedAreBad} : {}),
    }),
  appliesTo: ({determinedBy, absentIsBad}, {value}) =>
    and(or(bool(absentIsBad), isPresent(value)), ...determinedBy.map((name) => isPresent(column(name)))),
  describe: ({determinedBy, minRows, majority, absentIsBad, undecidedAreBad}) =>
    `is what ${majority} % of the rows with the same ${determinedBy.join(', ')} say, where there are ${minRows} or more${absentIsBad ? ', and is not missing there' : ''}${undecidedAreBad ? '; where no value has so many, none is right' : ''}`,
  examples: [
    {
      params: {determinedBy: ['code']},
      columns: {code: 'string'},
      rows: [
        {code: '8302-2', value: 'Body height'},
        {code: '8302-2', value: 'Body height'},
        {code: '8302-2', value: 'Body heigth'},
        {code: '8302-2', value: null},
        {code: '2345-7', value: 'Glucose'},
        {code: '2345-7', value: 'Glucose in serum'},
        {code: null, value: 'Body height'},
      ],
      bad: [],
    },
    {
      params: {determinedBy: ['code'], majority: 51},
      columns: {code: 'string'},
      rows: [
        {code: '8302-2', value: 'Body height'},
        {code: '8302-2', value: 'Body height'},
        {code: '8302-2', value: 'Body heigth'},
        {code: '8302-2', value: 'Body height'},
        {code: '8302-2', value: null},
        {code: '2345-7', value: 'Glucose'},
        {code: '2345-7', value: 'Glucose in serum'},
        {code: null, value: 'Body heigth'},
      ],
      bad: [2],
    },
    {
      params: {determinedBy: ['patient'], absent: 'bad'},
      type: 'date',
      columns: {patient: 'int64'},
      rows: [
        {patient: 1n, value: '1950-05-05'},
        {patient: 1n, value: '1950-05-05'},
        {patient: 1n, value: null},
        {patient: 2n, value: '1950-05-05'},
        {patient: 2n, value: null},
      ],
      bad: [2],
    },
    {
      params: {determinedBy: ['site', 'ward'], minRows: 2, majority: 100},
      columns: {site: 'string', ward: 'string'},
      rows: [
        {site: 'a', ward: '1', value: 'North'},
        {site: 'a', ward: '1', value: 'South'},
        {site: 'a', ward: null, value: 'West'},
      ],
      bad: [],
    },
    {
      params: {determinedBy: ['zip'], minRows: 2, majority: 51, undecided: 'bad'},
      columns: {zip: 'string'},
      rows: [
        {zip: '4001', value: 'Basel'},
        {zip: '4001', value: 'Basel'},
        {zip: '4001', value: 'Base1'},
        {zip: '8001', value: 'Zürich'},
        {zip: '8001', value: 'Zurich'},
        {zip: '8001', value: null},
        {zip: '3000', value: 'Bern'},
        {zip: '3000', value: null},
        {zip: null, value: 'Bern'},
        {zip: null, value: 'Thun'},
      ],
      bad: [2, 3, 4],
    },
    {
      params: {determinedBy: ['ward', 'bed'], undecided: 'bad', absent: 'bad'},
      type: 'int64',
      columns: {ward: 'string', bed: 'int64'},
      rows: [
        {ward: 'A', bed: 1n, value: 10n},
        {ward: 'A', bed: 1n, value: 11n},
        {ward: 'A', bed: 1n, value: null},
        {ward: 'B', bed: 1n, value: 12n},
        {ward: 'B', bed: 1n, value: 13n},
      ],
      bad: [0, 1],
    },
  ],
})
