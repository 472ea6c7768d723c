// Every report against the text it should be, in test/golden/report/. `npx vitest -u` writes them anew; read the difference.
import {describe, expect, it} from 'vitest'
import {auditReport} from '../../src/ui/report/audit.ts'
import {configurationReport} from '../../src/ui/report/configuration.ts'
import {demoReport} from '../../src/ui/report/demo.ts'
import {doctorReport} from '../../src/ui/report/doctor.ts'
import {errorReport} from '../../src/ui/report/error.ts'
import {goldReport} from '../../src/ui/report/gold.ts'
import {ingestReport} from '../../src/ui/report/ingest.ts'
import {initReport} from '../../src/ui/report/init.ts'
import {lineageReport} from '../../src/ui/report/lineage.ts'
import type {Paper} from '../../src/ui/report/paper.ts'
import {pipelineReport} from '../../src/ui/report/pipeline.ts'
import {problemsReport} from '../../src/ui/report/problems.ts'
import {profileReport} from '../../src/ui/report/profile.ts'
import {promotionReport} from '../../src/ui/report/promotion.ts'
import {publishReport} from '../../src/ui/report/publish.ts'
import {quarantineReport, quarantineRowsReport} from '../../src/ui/report/quarantine.ts'
import {queryReport} from '../../src/ui/report/query.ts'
import {rejudgeReport} from '../../src/ui/report/rejudge.ts'
import {runDiffReport} from '../../src/ui/report/run-diff.ts'
import {runReport, runsReport} from '../../src/ui/report/runs.ts'
import {scoreReport} from '../../src/ui/report/score.ts'
import {servicesReport, stoppedReport} from '../../src/ui/report/services.ts'
import {statusReport} from '../../src/ui/report/status.ts'
import {tableHistoryReport} from '../../src/ui/report/table-history.ts'
import {unitsReport} from '../../src/ui/report/units.ts'
import {validationReport} from '../../src/ui/report/validation.ts'
import * as given from './report-fixtures.ts'

const terminal: Paper = {columns: 100, color: false, unicode: true, now: new Date('2026-03-04T12:00:00Z'), timeZone: 'UTC'}
const mail: Paper = {...terminal, columns: 72, unicode: false}
const coloured: Paper = {...terminal, color: true}
const run = given.runs[1]
const silver = (name: string, version: number) => ({layer: 'silver' as const, name, version})
const edge = (from: Parameters<typeof lineageReport>[0]['of'], to: typeof from) => ({
  run: 'run-of-the-edge',
  from,
  to,
  at: '2026-03-04T02:15:00.000Z',
})
const batch = {layer: 'bronze' as const, name: 'ehr', version: 7}
const location = {file: 'contracts/observation.odcs.yaml', line: 41, column: 18, snippet: '        minimum: 500'}
const contractError = {
  code: 'CONTRACT_RULE_INVALID',
  message: 'rule range: minimum 500 is above maximum 50',
  hint: 'swap or correct the bounds',
  exitCode: 2,
  retryable: false,
  location,
} as const

const reports: Readonly<Record<string, (paper: Paper) => string>> = {
  ingest: (paper) => ingestReport(given.ingest, paper),
  'ingest-trouble': (paper) => ingestReport(given.ingestTrouble, paper),
  'ingest-nothing': (paper) => ingestReport(given.ingestNothing, paper),
  promotion: (paper) => promotionReport(given.promotion, paper),
  'promotion-gated': (paper) => promotionReport(given.gatedPromotion, paper),
  'promotion-rebuilt': (paper) => promotionReport(given.rebuiltPromotion, paper),
  'promotion-skipped': (paper) => promotionReport(given.skippedPromotion, paper),
  profile: (paper) => profileReport(given.profile, paper),
  units: (paper) => unitsReport(given.units, paper),
  validation: (paper) => validationReport(given.validation, paper),
  rejudge: (paper) => rejudgeReport(given.rejudged, paper),
  'run-diff': (paper) => runDiffReport(given.runDiff, paper),
  score: (paper) => scoreReport(given.scores, paper, {all: false}),
  'score-of-one': (paper) => scoreReport(given.scores, paper, {all: true}),
  gold: (paper) => goldReport(given.gold, paper),
  publish: (paper) => publishReport(given.publish, paper),
  'publish-held-back': (paper) => publishReport(given.publishHeldBack, paper),
  pipeline: (paper) => pipelineReport(given.pipeline, paper),
  runs: (paper) => runsReport(given.runs, paper),
  'runs-none': (paper) => runsReport([], paper),
  run: (paper) =>
    run
      ? runReport(
          {
            run,
            steps: given.steps,
            children: given.runs.slice(0, 1),
            checks: [{...given.check('stop.temporalOrder', 'failed', 280, 910, 'stop is not before start'), dataset: 'encounter'}],
          },
          paper,
        )
      : '',
  'table-history': (paper) => tableHistoryReport('observation', given.history, paper),
  quarantine: (paper) =>
    quarantineReport(
      [
        {dataset: 'encounter', reason: 'stop.temporalOrder', rows: 280, description: 'stop is not before start'},
        {dataset: 'observation', reason: 'unit.acceptedByCode', rows: 8},
        {dataset: 'observation', reason: 'value_number.type', rows: 13, description: 'value_number is a number'},
      ],
      paper,
    ),
  'quarantine-none': (paper) => quarantineReport([], paper),
  'quarantine-rows': (paper) =>
    quarantineRowsReport(
      {
        dataset: 'observation',
        total: 21,
        rows: [
          {
            file: 'obs_0303.csv',
            line: 8112,
            reasons: ['value_number.type'],
            state: 'open',
            values: {patient: '••••3f2a', code: '2345-7', value_number: '>200\u001b[2J', unit: null},
          },
        ],
      },
      paper,
    ),
  lineage: (paper) =>
    lineageReport(
      {
        of: silver('encounter', 2),
        edges: [
          edge(batch, silver('encounter', 2)),
          edge({layer: 'source', name: '77b3'.repeat(16), version: 0}, batch),
          edge(silver('patient', 2), silver('encounter', 2)),
          edge(batch, silver('patient', 2)),
          edge(silver('encounter', 2), {layer: 'gold', name: 'readmission_30d', version: 41}),
        ],
      },
      paper,
    ),
  doctor: (paper) =>
    doctorReport(
      [
        {check: 'node', state: 'ok', detail: 'v24.21.0'},
        {check: 'contracts', state: 'warn', detail: '6 contracts, 2 clauses are not checked', fix: 'see them with hippo contract lint'},
        {
          check: 'database',
          state: 'failed',
          detail: 'the database at db.example:5432 cannot be reached',
          fix: 'check it with hippo doctor',
        },
      ],
      paper,
    ),
  'doctor-well': (paper) => doctorReport([{check: 'node', state: 'ok', detail: 'v24.21.0'}], paper),
  config: (paper) =>
    configurationReport(
      '/srv/clinic',
      [
        {key: 'name', value: 'st-elsewhere', origin: 'file', detail: 'hippo.yaml:1'},
        {key: 'database', value: 'postgres://hippo:••••@db/clinic', origin: 'environment', detail: 'HIPPO_DATABASE_URL'},
        {key: 'sources.ehr.match.observation', value: ['obs*.csv', 'lab*.csv'], origin: 'file', detail: 'hippo.yaml:9'},
        {key: 's3.region', value: 'us-east-1', origin: 'default'},
      ],
      paper,
    ),
  status: (paper) =>
    statusReport(
      {
        name: 'st-elsewhere',
        attention: [
          {
            what: 'gated: stop before start in 280 rows',
            dataset: 'encounter',
            since: '2026-03-04T11:44:00.000Z',
            command: 'hippo quarantine list encounter',
          },
          {
            what: '21 rows in quarantine',
            dataset: 'observation',
            since: '2026-03-02T12:00:00.000Z',
            command: 'hippo quarantine list observation',
          },
        ],
        datasets: [
          {
            dataset: 'encounter',
            state: 'gated',
            layers: {silver: 2, gold: 2},
            liveVersion: 1,
            freshness: {updatedAt: '2026-03-03T10:00:00.000Z', promisedHours: 24, isLate: true},
            score: 69,
            openQuarantine: 280,
            lastRun: {id: 'x', state: 'gated', at: '2026-03-04T11:44:00.000Z'},
          },
          {
            dataset: 'observation',
            state: 'warned',
            layers: {silver: 2},
            freshness: {updatedAt: '2026-03-04T10:00:00.000Z'},
            score: 99.9,
            openQuarantine: 21,
            lastRun: {id: 'x', state: 'committed', at: '2026-03-03T02:15:00.000Z'},
          },
          {...given.unused, layers: {}},
        ],
      },
      paper,
    ),
  'status-uncaptured': (paper) => statusReport({name: 'new', attention: [], datasets: [{...given.unused, layers: {}}]}, paper),
  'status-captured': (paper) => statusReport({name: 'new', attention: [], datasets: [given.unused]}, paper),
  'status-empty': (paper) => statusReport({name: 'new', attention: [], datasets: []}, paper),
  query: (paper) =>
    queryReport(
      {
        columns: [
          {name: 'ward', type: 'text'},
          {name: 'stays', type: 'int8'},
        ],
        rows: [
          ['Intensivstation – 3\u202Eevil', 12],
          [null, 9_007_199_254_740_993n],
        ],
      },
      paper,
    ),
  demo: (paper) =>
    demoReport(
      {
        directory: 'hippo-demo',
        truth: {'value out of range': {planted: 12, found: 12}, 'unknown patient': {planted: 3, found: 3}},
        falseAlarms: 0,
        durationMs: 8100,
      },
      paper,
    ),
  'demo-missed': (paper) =>
    demoReport({directory: 'hippo-demo', truth: {'unknown patient': {planted: 3, found: 2}}, falseAlarms: 1}, paper),
  audit: (paper) =>
    auditReport(
      [
        {
          actor: 'ada',
          action: 'publish',
          subject: 'gold.encounter_summary version 41',
          reason: 'checked with ward 3',
          run: given.runs[1]?.id ?? '',
          at: '2026-03-04T02:15:00.000Z',
        },
        {actor: 'cron', action: 'ingest', subject: 'batch 7', at: '2026-03-04T02:14:00.000Z'},
      ],
      paper,
    ),
  init: (paper) => initReport({root: '/srv/clinic', created: ['hippo.yaml', 'contracts/README.md']}, paper),
  'init-drafts': (paper) =>
    initReport(
      {
        root: '/srv/clinic',
        created: ['contracts/result.odcs.yaml'],
        datasets: [
          {
            dataset: 'result',
            contract: 'contracts/result.odcs.yaml',
            state: 'drafted',
            rows: 12310,
            columns: 9,
            malformed: 3,
            match: ['results.csv', 'results[-_. ]*[0-9]*.csv'],
            matched: false,
          },
          {dataset: 'bed', contract: 'contracts/bed.odcs.yaml', state: 'kept', match: ['beds*.csv'], matched: true},
        ],
      },
      paper,
    ),
  services: (paper) => servicesReport({where: 'socket /srv/clinic/.hippo/pg/run', version: '18.4', embedded: true}, paper),
  stopped: (paper) => stoppedReport({stopped: false}, paper),
  problems: (paper) =>
    problemsReport(
      {
        files: 6,
        errors: [{...contractError, at: location}],
        remarks: [{message: 'clause slaProperties is not checked: hippo reads freshness only', at: {...location, line: 90, column: 3}}],
      },
      paper,
    ),
  'error-located': (paper) => errorReport(contractError, paper),
  'error-later': (paper) =>
    errorReport(
      {
        code: 'RUN_LOCKED',
        message: 'dataset observation is held by run 019a0f3c-8f2c since 02:15',
        hint: 'wait for it with --wait-lock SECONDS, or see it with hippo runs list',
        exitCode: 75,
        retryable: true,
        retryAfterSeconds: 30,
      },
      paper,
    ),
}

describe('reports', () => {
  it.each(Object.keys(reports))('%s reads as agreed on a terminal', async (name) => {
    await expect(`${reports[name]?.(terminal)}\n`).toMatchFileSnapshot(`./report/${name}.txt`)
  })

  it.each(Object.keys(reports))('%s fits a mail of 72 columns in ASCII', async (name) => {
    const text = reports[name]?.(mail) ?? ''

    await expect(`${text}\n`).toMatchFileSnapshot(`./report/${name}.mail.txt`)
    const tooWide = text.split('\n').filter((line) => [...line].length > 72)
    expect(tooWide).toEqual([])
    // What is left beyond ASCII came with the data.
    expect(text.replace('Intensivstation – 3�evil', '').replaceAll('•', '').replaceAll('�', '')).toMatch(/^[\n -~]*$/)
  })

  it.each(Object.keys(reports))('%s says the same with and without colour', (name) => {
    const withColour = reports[name]?.(coloured) ?? ''

    expect(withColour.replaceAll(/\u001b\[\d+m/g, '')).toBe(reports[name]?.(terminal))
  })

  it.each(Object.keys(reports))('%s lets no control character of the data through', (name) => {
    expect(reports[name]?.(terminal)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
  })
})
