import type {DatasetPromotion, PromotionResult, RowCounts} from '../../src/core/model/run.ts'

import {check, rows, runOf} from './result-parts.ts'

const promoted = (dataset: string, counts: RowCounts, more: Partial<DatasetPromotion> = {}): DatasetPromotion => ({
  dataset,
  version: 2,
  state: 'committed',
  rows: counts,
  reasons: {},
  drift: [],
  checks: [],
  score: 100,
  ...more,
})

export const promotion: PromotionResult = {
  run: runOf('promote silver'),
  datasets: [
    promoted('patient', rows(51), {
      drift: [
        {kind: 'added', column: 'middle'},
        {kind: 'added', column: 'fips'},
        {kind: 'added', column: 'income'},
      ],
    }),
    promoted('encounter', rows(910)),
    promoted('observation', rows(12_310, {quarantined: 21, duplicate: 2}), {
      score: 99.8,
      reasons: {'value_number.type': 13, 'unit.acceptedByCode': 8},
      checks: [
        check('value_number.type', 'failed', 13, 12_310, 'value_number is a number'),
        check('unit.acceptedByCode', 'failed', 8, 12_310, 'unit is one of those allowed for its code'),
      ],
    }),
  ],
}

export const gatedPromotion: PromotionResult = {
  run: runOf('promote silver', 'gated'),
  datasets: [
    promoted('patient', rows(51)),
    promoted('encounter', rows(910, {quarantined: 280}), {
      state: 'gated',
      score: 69,
      reasons: {'stop.temporalOrder': 280},
      error: {
        code: 'SOURCE_GATED',
        message: '31 % of its rows would be quarantined (limit 20 %)',
        hint: 'see it with hippo validate --file inbox/encounters.csv --contract contracts/encounter.odcs.yaml; then correct the contract and promote again, or leave batch 3 out with hippo promote silver encounter --skip-batch 3 --reason TEXT',
        location: {file: '/clinic/contracts/encounter.odcs.yaml', line: 31, column: 11},
        exitCode: 3,
        retryable: false,
      },
      checks: [check('stop.temporalOrder', 'failed', 280, 910, 'stop is not before start')],
    }),
    promoted('observation', rows(0), {
      version: -1,
      state: 'failed',
      error: {
        code: 'TABLE_CONFLICT',
        message: 'another writer changed the table first',
        exitCode: 75,
        retryable: true,
        retryAfterSeconds: 5,
      },
    }),
  ],
}

export const rebuiltPromotion: PromotionResult = {
  run: runOf('promote silver', 'succeeded'),
  datasets: [
    promoted('patient', rows(51), {
      earlierBatches: [4, 5],
      rebuild: {
        silver: {before: 48, after: 51, added: 3, removed: 0, changed: 2},
        quarantine: {before: 3, after: 0, added: 0, removed: 3, changed: 0},
      },
    }),
    promoted('encounter', rows(910), {rebuild: {silver: {before: 900, after: 910}, quarantine: {before: 0, after: 0}}}),
  ],
}

export const skippedPromotion: PromotionResult = {
  run: runOf('promote silver'),
  datasets: [
    promoted('patient', rows(0), {skipped: {batch: 3, outcome: 'leftOut', files: 2, rows: 1210, reason: 'sent again as batch 4'}}),
    promoted('encounter', rows(910), {skipped: {batch: 3, outcome: 'filesLeftOut', files: 1, reason: 'torn'}}),
    promoted('observation', rows(12), {skipped: {batch: 3, outcome: 'kept', files: 1}}),
  ],
}
