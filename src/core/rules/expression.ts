// What a row says holds together: a condition over its columns, written as in SQL (`diastolic <= systolic`). Comparisons (`= != < <= > >=`,
// `between`, `in`, `is null`, `matches`), `and or not`, `+ - * /`, and the functions length, lower, upper, trim, abs, coalesce, date,
// timestamp, year to second, days(from, to), hours(from, to), now() and today(). A row for which it cannot be told, because a value is
// missing, is not judged.
import {isPresent, not} from '../expr/expr.ts'
import {type Condition, conditionComplaint, conditionExpr, parseCondition} from './condition.ts'
import {defineRule} from './define-rule.ts'
import {ruleParams} from './rule-params.ts'

interface ExpressionParams {
  readonly condition: Condition
}

export const expression = defineRule<ExpressionParams>({
  name: 'expression',
  scope: 'row',
  dimension: 'consistency',
  kahn: 'plausibility.atemporal',
  parse: (raw, at) => ({condition: parseCondition(ruleParams('expression', raw, at, ['holds']).needText('holds'), at, 'rule expression')}),
  columns: ({condition}) => condition.columns,
  standsAlone: () => true,
  complaint: ({condition}, _, columns) => conditionComplaint(condition, columns),
  violates: ({condition}, _, scope) => not(conditionExpr(condition, scope)),
  appliesTo: ({condition}, _, scope) => isPresent(conditionExpr(condition, scope)),
  describe: ({condition}) => `holds: ${condition.source}`,
  examples: [
    {
      params: {holds: 'diastolic <= systolic'},
      columns: {diastolic: 'int64', systolic: 'float64'},
      rows: [
        {diastolic: 80n, systolic: 120},
        {diastolic: 120n, systolic: 119.5},
        {diastolic: 80n, systolic: null},
        {diastolic: 80n, systolic: 80},
      ],
      bad: [1],
    },
    {
      params: {holds: "not (status = 'final' and value is null) or lower(note) matches '^cancel'"},
      columns: {status: 'string', note: 'string'},
      type: 'float64',
      rows: [
        {status: 'final', value: null, note: 'x'},
        {status: 'final', value: null, note: 'Cancelled'},
        {status: 'final', value: null, note: null},
        {status: 'final', value: 1, note: null},
        {status: 'draft', value: null, note: null},
        {status: null, value: 1, note: null},
      ],
      bad: [0],
    },
    {
      params: {
        holds: "days(admitted, left) between 0 and 365 and hours(admitted, left) < 8760 and date(left) >= '2000-01-01' and left <= now()",
      },
      columns: {admitted: 'timestamp', left: 'timestamp'},
      rows: [
        {admitted: '2025-01-01T10:00:00Z', left: '2025-12-31T10:00:00Z'},
        {admitted: '2024-12-31T10:00:00Z', left: '2026-01-01T00:00:00Z'},
        {admitted: '2025-12-31T10:00:00Z', left: '2026-01-01T00:00:01Z'},
        {admitted: '1999-12-31T10:00:00Z', left: '1999-12-31T11:00:00Z'},
        {admitted: null, left: '2025-12-31T11:00:00Z'},
      ],
      bad: [1, 2, 3],
    },
    {
      params: {holds: "abs(weight - last_weight) * 10 / last_weight < 2.5 and bmi > 10.5 and \"side\" in ('L', 'R') and visits != -1"},
      columns: {weight: 'float64', last_weight: 'float64', bmi: {kind: 'decimal', precision: 5, scale: 2}, side: 'string', visits: 'int64'},
      rows: [
        {weight: 60, last_weight: 80, bmi: '22.00', side: 'L', visits: 1n},
        {weight: 61, last_weight: 80, bmi: '22.00', side: 'L', visits: 1n},
        {weight: 61, last_weight: 80, bmi: '10.50', side: 'L', visits: 1n},
        {weight: 61, last_weight: 80, bmi: '22.00', side: 'l', visits: 1n},
        {weight: 61, last_weight: 80, bmi: '22.00', side: 'R', visits: -1n},
        {weight: 61, last_weight: 0, bmi: '22.00', side: 'R', visits: 1n},
      ],
      bad: [0, 2, 3, 4],
    },
  ],
})
