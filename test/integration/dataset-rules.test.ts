// Rules about a dataset as a whole, through promotions: what is kept of each version, and what a later one is held against.
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {pastFacts} from '../../src/core/catalog/reader.ts'
import {ingest, promoteSilver, validate} from '../../src/core/index.ts'
import type {CheckResult} from '../../src/core/model/check.ts'
import {delegate} from '../support/stopping-workspace.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

vi.setConfig({testTimeout: 120_000, hookTimeout: 120_000})

const ofDataset = `
    quality:
      - {type: custom, engine: hippo, implementation: {rule: volume, minRuns: 2, compareWith: all}, severity: warning}
      - {type: custom, engine: hippo, implementation: {rule: volume, of: table, minRuns: 1}, severity: warning, id: table}`
const ofVisit = `
    quality:
      - {type: custom, engine: hippo, implementation: {rule: drift, minRows: 4}}
      - {type: custom, engine: hippo, implementation: {rule: completeness, min: 90, by: visited_on}, id: told, severity: warning}`

describe('rules about a dataset', () => {
  let ward: TestWorkspace

  beforeEach(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    edit('person', (text) => text.replace('    properties:', `${ofDataset.slice(1)}\n    properties:`))
    edit('visit', (text) =>
      text.replace(
        / {8}classification: restricted\n {8}customProperties: .*\n/,
        `${ofVisit.slice(1).replaceAll('    quality', '        quality').replaceAll('      - ', '          - ')}\n`,
      ),
    )
  })

  afterEach(() => ward.close())

  function edit(dataset: string, change: (text: string) => string): void {
    const file = `contracts/${dataset}.odcs.yaml`
    ward.write(file, change(readFileSync(path.join(ward.root, file), 'utf8')))
  }

  const persons = (...ids: readonly number[]) => `id,name,born,weight\n${ids.map((id) => `p${id},Ann,1980-01-01,70`).join('\n')}\n`
  let files = 0
  const deliver = async (dataset: 'person' | 'visit', content: string, options: {full?: boolean} = {}) => {
    ward.write(`inbox/${++files}/${dataset}s.csv`, content)
    await ward.use((workspace) => ingest(workspace, {sources: [], files: []}))
    const promoted = await ward.use((workspace) => promoteSilver(workspace, {datasets: [dataset], ...options}))
    return promotionOf(promoted, dataset)
  }
  const check = (checks: readonly CheckResult[], id: string) => checks.find((one) => one.id === id)

  it('hold a delivery against those before it, and say how many are missing until they can', async () => {
    const first = await deliver('person', persons(1, 2, 3, 4))
    const second = await deliver('person', persons(5, 6, 7, 8))
    const third = await deliver('person', persons(9))

    expect(check(first.checks, 'volume')).toMatchObject({
      outcome: 'notApplicable',
      reason: '0 of the 2 promotions that it takes are known: 2 more promotions',
      measured: {basis: 'rows of the delivery', facts: {rows: 4}},
    })
    expect(check(second.checks, 'volume')).toMatchObject({outcome: 'notApplicable'})
    expect(check(third.checks, 'volume')).toMatchObject({outcome: 'warned', violated: 1, measured: {facts: {rows: 1}}})
  })

  it('keep the facts of committed versions alone, once, and judge what is there by them', async () => {
    await deliver('person', persons(1, 2, 3, 4))
    await deliver('person', persons(5, 6))

    const {datasets} = await ward.use((workspace) => validate(workspace, {datasets: ['person']}))
    const stored = await ward.use(async (workspace) =>
      pastFacts(await workspace.database(), {layer: 'silver', dataset: 'person', checks: ['volume', 'table']}, 10),
    )

    const checks = datasets[0]?.checks ?? []
    expect(check(checks, 'volume')).toMatchObject({
      outcome: 'notApplicable',
      reason: 'records of a delivery are counted when it is promoted',
    })
    expect(check(checks, 'table')).toMatchObject({outcome: 'passed', measured: {facts: {rows: 6}}})
    expect(stored.map(({check: id, version, facts}) => [id, version, facts])).toEqual([
      ['table', 1, {rows: 6}],
      ['table', 0, {rows: 4}],
      ['volume', 1, {rows: 2}],
      ['volume', 0, {rows: 4}],
    ])
  })

  it('see categories that nobody has seen, and keep no text of any', async () => {
    await deliver('person', persons(1, 2))
    const visits = (...reasons: readonly string[]) =>
      `person_id,visited_on,reason\n${reasons.map((reason) => `p1,2026-01-01,${reason}`).join('\n')}\n`
    await deliver('visit', visits('fever', 'fever', 'cough', 'fever'))
    const same = await deliver('visit', visits('fever', 'cough', 'fever', 'fever'))
    const other = await deliver('visit', visits('fever', 'Geheimgrund', 'fever', 'fever', ''))

    expect(check(same.checks, 'reason.drift')).toMatchObject({outcome: 'passed', violated: 0})
    expect(check(other.checks, 'reason.drift')).toMatchObject({outcome: 'warned', violated: 2, denominator: 2})
    expect(JSON.stringify(other.checks)).not.toContain('Geheimgrund')
    expect(check(other.checks, 'told')).toMatchObject({outcome: 'passed', measured: {facts: {groups: 1, low: 0}}})
  })

  it('hold a delivery that comes with a rebuild against the others, and those that were promoted before against nothing', async () => {
    for (const ids of [[1, 2], [3, 4], [5]]) await deliver('person', persons(...ids))

    const rebuilt = await deliver('person', persons(6), {full: true})

    expect(rebuilt.state).toBe('committed')
    expect(check(rebuilt.checks, 'table')).toMatchObject({outcome: 'passed', measured: {facts: {rows: 6}}})
    expect(check(rebuilt.checks, 'volume')).toMatchObject({outcome: 'passed', denominator: 1, measured: {facts: {rows: 1}}})
  })

  it('watch what the contract promises of freshness and retention', async () => {
    edit('visit', (text) =>
      text.replace(
        'schema:\n',
        `slaProperties:
  - {property: freshness, value: 2, unit: days, element: visit.visited_on}
  - {property: retention, value: 1, unit: years, element: visit.visited_on}
schema:\n`,
      ),
    )
    await deliver('person', persons(1))
    await deliver('visit', 'person_id,visited_on,reason\np1,2026-01-09,fever\np1,2024-01-01,cough\n')
    const at = (instant: string) =>
      ward.use((workspace) => validate(delegate(workspace, {clock: {now: () => new Date(instant)}}), {datasets: ['visit']}))

    const soon = (await at('2026-01-12T00:00:00Z')).datasets[0]?.checks ?? []
    const late = (await at('2026-01-12T01:00:00Z')).datasets[0]?.checks ?? []

    expect(check(soon, 'visited_on.freshness')).toMatchObject({outcome: 'passed', severity: 'warning', measured: {facts: {ageHours: 48}}})
    expect(check(late, 'visited_on.freshness')).toMatchObject({outcome: 'warned'})
    expect(check(late, 'visited_on.retention')).toMatchObject({outcome: 'warned', violated: 1, denominator: 2})
  })
})
