import type {DeliveryProfile, UnitFindings} from '../../src/core/index.ts'

export const units: UnitFindings = {
  dataset: 'result',
  columns: {code: 'code', value: 'value', unit: 'unit'},
  rows: 12_310,
  isCut: true,
  spellings: [{spelling: 'gm/dL\u001b[2J', unit: 'g/dL', rows: 412}],
  unknownUnits: 3,
  missingUnits: 1,
  several: [
    {
      code: '2160-0',
      to: 'mg/dL',
      units: [
        {unit: 'mg/dL', rows: 900, converts: true, values: [0.6, 0.9, 1.3]},
        {unit: 'umol/L', rows: 80, converts: true, values: [53, 80, 115], after: [0.6, 0.9, 1.3]},
        {unit: 'g/L', rows: 2, converts: true},
      ],
    },
  ],
  mixes: [
    {
      kind: 'mixed',
      code: '2345-7',
      from: 'mmol/L',
      unit: 'mg/dL',
      side: 'below',
      bound: 23.5,
      values: 40,
      before: [4.1, 5.9, 7.7],
      after: [73.9, 106.3, 138.7],
      others: [74.2, 114.7, 155.2],
    },
    {kind: 'undecided', code: '8302-2', unit: 'cm', from: ['[in_i]'], values: 31, reason: 'the values of both units run into each other'},
  ],
  patch: '- {step: rescaleUnit, code: "code", received: "value_received", cases: {"2345-7": {from: "mmol/L", to: "mg/dL", below: 23.5}}}\n',
}

export const profile: DeliveryProfile = {
  dataset: 'visit',
  rows: 12_310,
  malformed: 2,
  sampled: 4000,
  columns: [
    {name: 'visit_id', type: 'integer', missing: 0, distinct: 12_310, isUnique: true, forms: [{form: '9+', percent: 100}], top: []},
    {name: 'ward\u001b[2J', type: 'string', missing: 75, distinct: 3, isUnique: false, forms: [], top: [{value: 'North', percent: 61.2}]},
    {
      name: 'weight',
      type: 'number',
      missing: 195,
      distinct: 812,
      isUnique: false,
      range: [2.1, 181.5],
      quantiles: {p5: 41.25, p25: 58, p50: 71.300000001, p75: 84, p95: 110},
      forms: [{form: '9{2}.9', percent: 80}],
      top: [],
    },
    {
      name: 'mail',
      type: 'string',
      missing: 0,
      distinct: 12_001,
      isUnique: false,
      phiCategory: 'email',
      forms: [
        {form: 'a+@a+.a+', percent: 90.5},
        {form: 'a+9@a+.a+', percent: 3},
      ],
      top: [{value: '••••', percent: 0.4}],
    },
  ],
  keys: ['visit_id'],
  dependencies: [{determinedBy: 'ward_code', column: 'ward', outvoted: 12}],
  suggestions: [
    {
      id: 'ward.functionalDependency',
      rule: 'functionalDependency',
      column: 'ward',
      description: 'ward is what 66 % of the rows with the same ward_code say, where there are 3 or more',
      violated: 12,
      denominator: 12_235,
      percent: 0.0981,
    },
  ],
}
