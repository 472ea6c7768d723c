// Every report format against the shape that its readers expect, over a report with all outcomes and with text that must be escaped.
import {XMLParser, XMLValidator} from 'fast-xml-parser'
import {describe, expect, it} from 'vitest'
import {loadReportFormat, reportFormatNames} from '../../../src/core/query/report-formats/index.ts'
import {at, checks, everyOutcome, run} from '../../support/every-outcome.ts'

const rendered = async (format: string): Promise<string> => (await loadReportFormat(format)).render(everyOutcome)
const parsed = async (format: string): Promise<unknown> => JSON.parse(await rendered(format))

describe('every report format', () => {
  it.each(reportFormatNames)('%s tells of every check, and ends its last line', async (format) => {
    const text = await rendered(format)

    for (const {id} of checks) expect(text).toContain(format === 'md' ? id : `${id}"`)
    expect(text.endsWith('\n')).toBe(true)
  })

  it('is refused by name when there is no such one', async () => {
    await expect(loadReportFormat('junitt')).rejects.toMatchObject({code: 'CONFIG_USAGE', hint: 'did you mean junit?'})
    await expect(loadReportFormat('constructor')).rejects.toMatchObject({code: 'CONFIG_USAGE'})
  })
})

describe('the report as JUnit', () => {
  const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value : [value]) as Record<string, unknown>[]

  it('is well-formed XML whose counts are those of its cases', async () => {
    const text = await rendered('junit')
    expect(XMLValidator.validate(text)).toBe(true)
    const {testsuites} = new XMLParser({ignoreAttributes: false, attributeNamePrefix: ''}).parse(text)

    expect(testsuites).toMatchObject({name: 'clinic & <co>', tests: '9', failures: '1', errors: '1', skipped: '3'})
    const [suite] = list(testsuites.testsuite)
    expect(suite).toMatchObject({
      name: 'silver.lab',
      tests: '8',
      failures: '1',
      errors: '1',
      skipped: '3',
      timestamp: '2026-11-20T02:15:00',
    })
    const cases = list(suite?.testcase)
    const kinds = Object.fromEntries(
      cases.map((one) => [one.name, ['failure', 'error', 'skipped', 'system-out'].find((kind) => kind in one) ?? 'passed']),
    )
    expect(kinds).toEqual({
      ...{good: 'passed', bad: 'failure', mild: 'system-out', left: 'system-out', broken: 'error'},
      ...{switched: 'skipped', nothing: 'skipped', words: 'skipped'},
    })
    const failure = cases.find(({name}) => name === 'bad')?.failure as {message: string}
    expect(failure.message).toContain('is <one> of "A" & \'B\'')
    expect(text).not.toContain('\u0007')
  })
})

describe('the report as OORS messages', () => {
  it('has what the draft asks of a message and of each result', async () => {
    const messages = (await parsed('oors')) as Record<string, unknown>[]

    expect(messages).toHaveLength(2)
    expect(messages[0]).toMatchObject({
      ...{apiVersion: 'v0.1.0', kind: 'ObservabilityResults', id: expect.stringMatching(/^[0-9a-f]{32}$/), observedAt: at},
      source: {process: 'clinic & <co>.silver.lab', runID: run, vendor: 'hippo'},
      contract: {contractID: 'lab-contract', standard: 'ODCS', version: '1.2.0'},
    })
    const results = messages[0]?.results as Record<string, unknown>[]
    for (const result of results)
      expect(Object.keys(result)).toEqual(
        expect.arrayContaining(['id', 'type', 'name', 'status', 'severity', 'dimension', 'target', 'message']),
      )
    expect(results.map(({status}) => status)).toEqual(['pass', 'fail', 'warn', 'warn', 'error', 'skip', 'skip', 'skip'])
    expect(results[1]?.measure).toEqual({metric: 'violations', value: 3, threshold: {mustBe: 0}, unit: 'rows'})
    expect(results[0]?.measure).toEqual({metric: 'violations', value: 0, threshold: {mustBeLessThan: 5}, unit: 'percent'})
    expect(results[4]).not.toHaveProperty('measure')
    expect(messages[1]).not.toHaveProperty('contract')
  })
})

describe('the report as OpenLineage events', () => {
  it('is one run event a line, with the facet that says which assertions held', async () => {
    const [line = '', ...others] = (await rendered('openlineage')).trimEnd().split('\n')
    const event = JSON.parse(line)

    expect(others).toEqual([])
    expect(event).toMatchObject({
      eventType: 'COMPLETE',
      eventTime: at,
      run: {runId: run},
      job: {namespace: 'clinic & <co>', name: 'hippo.checks'},
    })
    for (const uri of [event.producer, event.schemaURL]) expect(URL.canParse(uri)).toBe(true)
    const [silver, gold] = event.inputs
    expect(silver).toMatchObject({namespace: 's3://lake', name: 'clinic/silver/lab', facets: {version: {datasetVersion: '4'}}})
    expect(gold.facets).toEqual({})
    const facets = [silver.facets.version, silver.inputFacets.dataQualityAssertions, event.run.facets.test, event.job.facets.jobType]
    for (const {_producer, _schemaURL} of facets) {
      expect(URL.canParse(_producer)).toBe(true)
      expect(_schemaURL).toMatch(/^https:\/\/openlineage\.io\/spec\/facets\/\d-\d-\d\/\w+\.json#\/\$defs\/\w+$/)
    }
    const {assertions} = silver.inputFacets.dataQualityAssertions
    const shape = {
      assertion: expect.any(String),
      success: expect.any(Boolean),
      column: 'value',
      severity: expect.stringMatching(/^(error|warn)$/),
    }
    for (const assertion of assertions) expect(assertion).toMatchObject(shape)
    expect(assertions.map(({name, success}: Record<string, unknown>) => [name, success])).toEqual([
      ['good', true],
      ['bad', false],
      ['mild', false],
      ['left', false],
    ])
    expect(gold.inputFacets.dataQualityAssertions.assertions[0]).not.toHaveProperty('column')
    expect(event.run.facets.test.tests.map(({status}: Record<string, unknown>) => status)).toEqual([
      'pass',
      'fail',
      'fail',
      'fail',
      'error',
      'skip',
      'skip',
      'skip',
      'pass',
    ])
  })
})

describe('the report in the shape of DQD', () => {
  it('has its field names, and exactly one status a check', async () => {
    const {CheckResults, Overview, Metadata} = (await parsed('dqd')) as Record<string, Record<string, unknown>[]>

    const needed = [
      'numViolatedRows',
      'pctViolatedRows',
      'numDenominatorRows',
      'checkName',
      'checkLevel',
      'checkDescription',
      'cdmTableName',
    ]
    const status = ['isError', 'notApplicable', 'failed', 'passed']
    for (const result of CheckResults ?? []) {
      expect(Object.keys(result)).toEqual(
        expect.arrayContaining([...needed, ...status, 'category', 'subcategory', 'context', 'checkId', 'thresholdValue']),
      )
      expect(status.filter((name) => result[name] === 1)).toHaveLength(1)
    }
    const byId = Object.fromEntries((CheckResults ?? []).map((result) => [result.checkId, result]))
    expect(byId['field_silver.lab_bad']).toMatchObject({failed: 1, numViolatedRows: 3, pctViolatedRows: 0.25, thresholdValue: 0})
    expect(byId['field_silver.lab_mild']).toMatchObject({failed: 1, thresholdValue: 10, notesValue: 'severity warning'})
    expect(byId['field_silver.lab_broken']).toMatchObject({isError: 1, error: 'file gone.csv: it cannot be read'})
    expect(byId['field_silver.lab_nothing']).toMatchObject({notApplicable: 1, notApplicableReason: 'there is no row', subcategory: ''})
    expect(byId['table_gold.stay_rowcount']).toMatchObject({checkLevel: 'TABLE', category: 'Plausibility', subcategory: 'Atemporal'})
    expect(Overview).toMatchObject({
      countTotal: 9,
      countPassed: 2,
      countThresholdFailed: 3,
      countErrorFailed: 1,
      countOverallFailed: 4,
      percentPassed: 40,
    })
    expect(Metadata).toHaveLength(1)
  })
})

describe('the report as Markdown', () => {
  it('keeps text from being markup and cells from ending early', async () => {
    const text = await rendered('md')

    const tables = text.split('\n').filter((line) => line.startsWith('|'))
    for (const line of tables) expect(line.replaceAll('\\|', '').match(/\|/g)?.length).toBeGreaterThan(3)
    expect(text).toContain('1 of 9 checks failed, and 1 could not be run.')
    expect(text).toContain('value is \\<one\\> of "A" & \'B\' \\| \\*c\\* next')
    expect(text).toMatch(/\| stay \| gold \| gated \| — \|/)
  })
})
