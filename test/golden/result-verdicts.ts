import type {RejudgeResult, ValidationResult} from '../../src/core/model/run.ts'
import type {RunDiffProps} from '../../src/ui/report/run-diff.ts'
import type {ScoreProps} from '../../src/ui/report/score.ts'

import {check, runOf} from './result-parts.ts'

export const validation: ValidationResult = {
  run: runOf('validate', 'gated', 812),
  datasets: [
    {dataset: 'patient', version: 2, score: 100, checks: [check('id.unique', 'passed', 0, 51, 'id is unique')]},
    {
      dataset: 'observation',
      version: 2,
      score: 98.4,
      checks: [
        check('code.pattern', 'passed', 0, 12_310, 'code looks like a LOINC code'),
        check('value_number.range', 'warned', 1, 12_310, 'value_number lies between 0 and 500'),
        check('patient.reference', 'failed', 37, 12_310, 'patient is an id of patient'),
        check('loinc.memberOf', 'notChecked', 0, 0, 'code is in the value set', 'the table loinc is not there'),
        check('stop.required', 'off', 0, 0, 'stop is present', 'switched off in the contract'),
      ],
    },
  ],
}

const verdict = (outcome: 'passed' | 'warned' | 'failed', max: number) =>
  ({outcome, severity: outcome === 'warned' ? 'warning' : 'error', threshold: {max, unit: 'percent'}}) as const
const ofResult = {
  layer: 'silver',
  run: 'run',
  version: 2,
  at: '2026-03-03T02:15:00.000Z',
  violated: 37,
  denominator: 12_310,
  percent: 0.3,
} as const

export const rejudged: RejudgeResult = {
  run: runOf('rejudge', 'noop', 412),
  applied: false,
  datasets: [
    {dataset: 'patient', contractVersion: '1.0.0', results: 12, changed: [], notRejudged: []},
    {
      dataset: 'observation',
      contractVersion: '1.5.0',
      results: 240,
      changed: [
        {...ofResult, id: 'patient.reference', before: verdict('failed', 0), after: verdict('passed', 1)},
        {...ofResult, id: 'patient.reference', run: 'other', before: verdict('failed', 0), after: verdict('passed', 1)},
        {...ofResult, id: 'value_number.range', before: verdict('passed', 1), after: verdict('passed', 2)},
      ],
      notRejudged: [{id: 'code.pattern', results: 9, because: 'the rule has changed: its rows have to be read again'}],
    },
  ],
}

const judgedSide = (outcome: string, violated: number, denominator = 12_310) =>
  ({outcome, violated, denominator, percent: denominator === 0 ? 0 : (100 * violated) / denominator}) as const

export const runDiff: RunDiffProps = {
  datasets: [
    {
      dataset: 'observation',
      after: {run: '0195f8a3-1111-7000-8000-000000000002', at: '2026-03-04T02:15:00.000Z'},
      before: {run: '0195f3aa-1111-7000-8000-000000000001', at: '2026-03-03T02:15:00.000Z'},
      changes: [
        {id: 'id.unique', state: 'stable', before: judgedSide('passed', 0), after: judgedSide('passed', 0)},
        {id: 'stop.required', state: 'resolved', before: judgedSide('failed', 4), after: judgedSide('passed', 0)},
        {
          id: 'patient.reference',
          state: 'existing',
          before: judgedSide('failed', 11),
          after: judgedSide('failed', 13),
          rows: {new: 2, existing: 11, resolved: 0, items: [{state: 'new', file: 'obs_0304.csv', line: 8112}]},
        },
        {id: 'code.pattern', state: 'new', ruleChanged: true, before: judgedSide('passed', 0), after: judgedSide('failed', 37)},
        {
          id: 'loinc.memberOf',
          state: 'notCompared',
          because: 'it came to no verdict: file loinc.csv: it cannot be read',
          before: judgedSide('failed', 3),
          after: judgedSide('errored', 0, 0),
        },
      ],
    },
    {dataset: 'device', after: {run: '0195f8a3-1111-7000-8000-000000000002', at: '2026-03-04T02:15:00.000Z'}, changes: []},
  ],
  counts: {new: 1, existing: 1, resolved: 1, stable: 1, notCompared: 1},
}

export const scores: ScoreProps = {
  datasets: [
    {
      dataset: 'observation',
      layer: 'silver',
      score: 98.4,
      judgement: {version: 2, at: '2026-03-04T02:15:00.000Z'},
      dimensions: [
        {dimension: 'conformity', score: 96.12, checks: 8},
        {dimension: 'completeness', score: 100, checks: 5},
      ],
      checks: [
        {id: 'code.pattern', score: 88.4},
        {id: 'id.required', score: 100},
      ],
      earlier: {score: 99.5},
      moved: [
        {id: 'code.pattern', points: -1.3},
        {id: 'stop.required', points: 0.2},
      ],
    },
    {dataset: 'device', layer: 'silver', dimensions: [], checks: [], moved: []},
  ],
  sources: [
    {source: 'ehr', score: 98.4, datasets: 1},
    {source: 'lims', datasets: 0},
  ],
}
