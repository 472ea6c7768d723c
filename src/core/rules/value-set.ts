// A code is in a value set that a file holds: a FHIR ValueSet with its codes (JSON), or a table with a column of codes (CSV). Where codes of
// several systems stand in one column, `system` names the column that tells them apart. The check result names the set's version.
import {and, column, type Expr, isPresent, not} from '../expr/expr.ts'
import {defineRule, type RuleScope} from './define-rule.ts'
import {fileReference} from './reference-name.ts'
import {relationOf} from './relation-key.ts'
import {ruleParams} from './rule-params.ts'
import {onlyColumns} from './typed-relation.ts'
import {typeName} from './typed-value.ts'

interface ValueSetParams {
  readonly file: string
  /** The file's column of codes. */
  readonly code: string
  /** The dataset's column that names the code's system; the file's is called `system`. */
  readonly system?: string
  readonly version?: string
}

function isKnown({file, code, system}: ValueSetParams, value: Expr, scope: RuleScope): Expr {
  const on = [code, ...(system === undefined ? [] : ['system'])]
  const relation = onlyColumns(relationOf(fileReference(file), scope).plan, on)
  return {kind: 'existsIn', key: [value, ...(system === undefined ? [] : [column(system)])], relation, on}
}

export const valueSet = defineRule<ValueSetParams>({
  name: 'valueSet',
  scope: 'row',
  dimension: 'conformity',
  kahn: 'conformance.value',
  parse: (raw, at) => {
    const params = ruleParams('valueSet', raw, at, ['file', 'column', 'system', 'version'])
    const [system, version] = [params.text('system'), params.text('version')]
    return {
      file: params.needText('file'),
      code: params.text('column') ?? 'code',
      ...(system === undefined ? {} : {system}),
      ...(version === undefined ? {} : {version}),
    }
  },
  columns: ({system}) => (system === undefined ? [] : [system]),
  relations: ({file, code, system, version}) => [
    {
      dataset: fileReference(file),
      columns: [code, ...(system === undefined ? [] : ['system'])],
      ...(version === undefined ? {} : {version}),
    },
  ],
  complaint: ({system}, type, columns) => {
    if (type !== 'string') return `codes are text, and the column is ${typeName(type)}`
    return system === undefined || columns[system] === undefined || columns[system] === 'string'
      ? undefined
      : `column ${system} must be text`
  },
  violates: (params, {value}, scope) => not(isKnown(params, value, scope)),
  appliesTo: ({system}, {value}) => and(isPresent(value), ...(system === undefined ? [] : [isPresent(column(system))])),
  describe: ({file}) => `is in the value set ${file}`,
  examples: [
    {
      params: {file: 'value-sets/wards.json'},
      datasets: {'file:value-sets/wards.json': {columns: {code: 'string'}, rows: [{code: 'ICU'}, {code: 'ER'}]}},
      rows: ['ICU', 'icu', '', 'ER', null],
      bad: [1, 2],
    },
    {
      params: {file: 'value-sets/diagnoses.csv', column: 'dx', system: 'coding'},
      columns: {coding: 'string'},
      datasets: {
        'file:value-sets/diagnoses.csv': {
          columns: {dx: 'string', system: 'string'},
          rows: [
            {dx: 'I10', system: 'icd'},
            {dx: '38341003', system: 'sct'},
          ],
        },
      },
      rows: [
        {value: 'I10', coding: 'icd'},
        {value: 'I10', coding: 'sct'},
        {value: 'I10', coding: null},
        {value: null, coding: 'icd'},
      ],
      bad: [1],
    },
  ],
})
