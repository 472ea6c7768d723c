// Contracts in the formats of other tools, there and back: what a format holds comes back as it was, and the rest is said.
import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, it} from 'vitest'
import {fromPortable} from '../../../src/core/contract/exchange/from-portable.ts'
import {contractFormat, exchangeFormats} from '../../../src/core/contract/exchange/index.ts'
import type {PortableColumn} from '../../../src/core/contract/exchange/portable-table.ts'
import {logicalTypeOfSql} from '../../../src/core/contract/exchange/sql-types.ts'
import {toPortable} from '../../../src/core/contract/exchange/to-portable.ts'
import {readContract} from '../../../src/core/contract/read-contract.ts'
import {labContract} from '../../support/contract-text.ts'

const contract = labContract(
  `
- {name: id, logicalType: string, primaryKey: true, required: true, logicalTypeOptions: {maxLength: 12}}
- name: status
  logicalType: string
  required: true
  description: How far it is.
  quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [final, draft]}}]
- {name: value, logicalType: number, physicalType: "DECIMAL(8,2)", logicalTypeOptions: {minimum: 0, maximum: 100}}
- {name: code, logicalType: string, unique: true, logicalTypeOptions: {pattern: '^[A-Z]{2}$'}}
- {name: taken_on, logicalType: date}
- {name: reported_at, logicalType: timestamp}
- {name: count, logicalType: integer, logicalTypeOptions: {exclusiveMinimum: 0}}
- {name: checked, logicalType: boolean}
- {name: patient, logicalType: string, relationships: [{to: patient.id}]}
- name: note
  logicalType: string
  customProperties: [{property: hippoTransform, value: [{step: trim}]}, {property: hippoPhiCategory, value: name}]
  quality: [{type: custom, engine: hippo, severity: warning, implementation: {rule: length, max: 9}}]
`,
  'quality: [{metric: rowCount, mustBeGreaterThan: 0}]',
)
const carried = toPortable(contract)

async function roundTrip(name: string) {
  const format = await contractFormat(name)
  const written = format?.write?.(carried)
  const read = format?.read?.(written?.text ?? '', {})
  return {written, read, columns: new Map(read?.table.columns.map((column) => [column.name, column]))}
}

/** The column with the named facts alone. */
const pick = (column: PortableColumn | undefined, keys: readonly (keyof PortableColumn)[]) =>
  Object.fromEntries(keys.flatMap((key) => (column?.[key] === undefined ? [] : [[key, column[key]]])))

const facts: readonly (keyof PortableColumn)[] = [
  'type',
  'required',
  'unique',
  'bounds',
  'minLength',
  'maxLength',
  'pattern',
  'values',
  'refersTo',
  'description',
  'physicalType',
]

/** What each format holds of a column, besides its name. */
const held: Readonly<Record<string, readonly (keyof PortableColumn)[]>> = {
  'json-schema': ['type', 'required', 'bounds', 'maxLength', 'pattern', 'values', 'description'],
  sql: ['type', 'required', 'unique', 'bounds', 'maxLength', 'pattern', 'values', 'physicalType', 'description'],
  dbt: ['type', 'required', 'values', 'refersTo', 'description', 'physicalType'],
  'great-expectations': ['type', 'required', 'bounds', 'maxLength', 'pattern', 'values'],
  // A key of one column is a column without duplicates there.
  soda: ['type', 'required', 'maxLength', 'pattern', 'values', 'refersTo'],
  fhir: ['type', 'required', 'maxLength', 'description'],
}

describe('a contract in the words of others', () => {
  it.each(Object.entries(held))('comes back from %s with all that it holds', async (name, keys) => {
    const {columns, read} = await roundTrip(name)

    expect(read?.table.columns.map((column) => column.name)).toEqual(contract.columns.map((column) => column.name))
    for (const column of carried.table.columns)
      expect([column.name, pick(columns.get(column.name), keys)]).toEqual([column.name, pick(column, keys)])
  })

  it.each(Object.keys(held))('says in %s what is left out, rules and steps and all', async (name) => {
    const {written, columns} = await roundTrip(name)

    const notes = written?.notes.join('\n') ?? ''
    for (const said of ['check note.length is left out', 'the steps of note are left out: trim', 'patient data of note'])
      expect(notes).toContain(said)
    // What did not come back of a column is named in a note (SQL keeps references in a comment).
    for (const column of carried.table.columns) {
      const lost = facts.filter((key) => JSON.stringify(columns.get(column.name)?.[key]) !== JSON.stringify(column[key]))
      const excused = name === 'sql' ? ['refersTo'] : ['unique', 'physicalType', 'description', 'required']
      if (lost.some((key) => !excused.includes(key)))
        expect([column.name, notes]).toEqual([column.name, expect.stringMatching(new RegExp(`\\b${column.name}\\b`))])
    }
  })

  it.each(Object.keys(held))('is a contract again, read from %s', async (name) => {
    const {read} = await roundTrip(name)
    if (read === undefined) throw new Error('nothing was read')

    const again = readContract('again.odcs.yaml', fromPortable(read))

    expect(again.columns.map((column) => [column.name, column.logicalType])).toEqual(
      contract.columns.map((column) => [column.name, column.logicalType]),
    )
    expect(again).toMatchObject({status: 'draft', version: '0.1.0'})
  })

  it('loses nothing on the way through the pivot', () => {
    const again = toPortable(readContract('again.odcs.yaml', fromPortable(carried)))

    expect({...again.table, version: carried.table.version, title: undefined}).toEqual({...carried.table, title: undefined})
  })

  it('is known by the formats the commands name', async () => {
    for (const name of exchangeFormats.filter((one) => one !== 'odcs')) expect((await contractFormat(name))?.name).toBe(name)
    expect(await contractFormat('excel')).toBeUndefined()
  })
})

describe('a contract with a time and a reserved word', () => {
  const {table, notes} = toPortable(labContract('- {name: order, logicalType: string}\n- {name: tm, logicalType: time}'))

  it('is SQL with every name quoted, and without a pattern that PostgreSQL would refuse at a time', async () => {
    const written = (await contractFormat('sql'))?.write?.({table, notes})

    expect(written?.text).toBe('create table "lab" (\n  "order" text,\n  "tm" time\n);\n')
    expect(written?.notes).toContain('the pattern of tm is left out: it is a time there, not a text')
  })

  it.each(Object.keys(held))('is a contract again, read from %s', async (name) => {
    const format = await contractFormat(name)
    const read = format?.read?.(format.write?.({table, notes}).text ?? '', {})
    if (read === undefined) throw new Error('nothing was read')

    const again = readContract('again.odcs.yaml', fromPortable(read))

    expect(again.columns.map((column) => column.name)).toEqual(['order', 'tm'])
  })

  it('names the options that no contract has at their type', () => {
    const column: PortableColumn = {name: 'ok', type: 'boolean', required: false, unique: false, bounds: {min: 0}, minLength: 1}

    const text = fromPortable({table: {...table, columns: [column]}, notes: []})

    expect(text).toContain('# Not taken over: minLength of ok, which is a boolean')
    expect(text).toContain('# Not taken over: minimum of ok, which is a boolean')
    expect(readContract('again.odcs.yaml', text).columns).toHaveLength(1)
  })
})

describe('what other tools understand in another way', () => {
  const lab = labContract(`
- {name: order, logicalType: string, logicalTypeOptions: {pattern: '^a|b$'}, quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: ["it's"]}}]}
- {name: small, logicalType: integer, logicalTypeOptions: {minimum: 0, maximum: 5}}
- {name: large, logicalType: integer, logicalTypeOptions: {minimum: 0}}
- {name: seen_at, logicalType: timestamp}
- {name: code, logicalType: string, logicalTypeOptions: {pattern: '[A-Z]{2}$'}}`)
  const written = async (name: string) => (await contractFormat(name))?.write?.(toPortable(lab)) ?? {text: '', notes: []}

  it('is written so that a pattern means the same to those that match whole texts, or from the beginning', async () => {
    const [ddl, suite] = [(await written('sql')).text, (await written('great-expectations')).text]

    expect(ddl).toContain(String.raw`"order" ~ '^[\s\S]*(?:^a|b$)[\s\S]*$'`)
    expect(ddl).toContain(String.raw`"code" ~ '^[\s\S]*(?:[A-Z]{2}$)[\s\S]*$'`)
    expect(suite).toContain(JSON.stringify(String.raw`[\s\S]*(?:^a|b$)`))
  })

  it.each(['sql', 'great-expectations', 'soda', 'json-schema'])('comes back from %s with its patterns as they were', async (name) => {
    const read = (await contractFormat(name))?.read?.((await written(name)).text, {})

    expect(read?.table.columns.map(({pattern}) => pattern)).toEqual(['^a|b$', undefined, undefined, undefined, '[A-Z]{2}$'])
  })

  it.each(['dbt', 'soda'])('has names quoted and quotes doubled in %s, whose SQL takes both as they stand', async (name) => {
    const {text} = await written(name)
    const read = (await contractFormat(name))?.read?.(text, {})

    expect(text).toContain("it''s")
    expect(text).toMatch(/name: order\n +quote: true|invalid_count\("order"\)/)
    expect(read?.table.columns[0]).toMatchObject({name: 'order', values: ["it's"]})
  })

  it('keeps types in a suite that cannot expect them of every backend', async () => {
    const {text, notes} = await written('great-expectations')
    const read = (await contractFormat('great-expectations'))?.read?.(text, {})

    expect(text).not.toContain('datetime64')
    expect(notes).toContain('that order, seen_at, code have their type is not expected: GX cannot name it in all backends')
    expect(read?.table.columns.map(({type}) => type)).toEqual(['string', 'integer', 'integer', 'timestamp', 'string'])
  })

  it('has whole numbers of 32 bits in FHIR where R4 has no longer ones', async () => {
    const {text, notes} = await written('fhir')
    const elements = JSON.parse(text).differential.element as Record<string, unknown>[]

    expect(elements[2]).toMatchObject({type: [{code: 'integer'}], minValueInteger: 0, maxValueInteger: 5})
    expect(elements[3]).toMatchObject({type: [{code: 'integer64'}], minValueInteger64: '0'})
    expect(notes).toContain('large: integer64 is a type of R5; R4 has none for 64 bits')
  })
})

describe('the contracts of the example clinic', () => {
  const folder = path.resolve(import.meta.dirname, '../../../examples/clinic/contracts')
  const files = readdirSync(folder)

  it.each(Object.keys(held))('are written as %s, and every rule is there or named', async (name) => {
    const format = await contractFormat(name)
    for (const file of files) {
      const clinic = readContract(file, readFileSync(path.join(folder, file), 'utf8'))
      const pivot = toPortable(clinic)
      const {text = '', notes = []} = format?.write?.(pivot) ?? {}
      const again = format?.read?.(text, {})

      expect(again?.table.columns.map((column) => column.name)).toEqual(clinic.columns.map((column) => column.name))
      const said = notes.join('\n')
      const own = clinic.rules.filter(
        ({kind}) => !['type', 'required', 'unique', 'range', 'length', 'pattern', 'acceptedValues', 'reference', 'rowCount'].includes(kind),
      )
      for (const {id} of own) expect(said).toContain(`check ${id} is left out`)
    }
    expect(files.length).toBeGreaterThan(10)
  })
})

describe('a foreign file', () => {
  const read = async (name: string, text: string, table?: string) =>
    (await contractFormat(name))?.read?.(text, table === undefined ? {} : {table})

  it('of SQL is read with its constraints, and with notes for what has no word', async () => {
    const ddl = `-- results; create table ignored (x int);
      CREATE TABLE IF NOT EXISTS lab."Results" (
        id VARCHAR(12) PRIMARY KEY,
        value NUMERIC(8, 2) CHECK (value >= 0) DEFAULT 0,
        unit text NOT NULL CHECK (unit IN ('mg', 'it''s, g')),
        seen_at timestamp(3) with time zone,
        shape geometry,
        visit int REFERENCES visits(id),
        CONSTRAINT positive CHECK (value + 1 > 0),
        UNIQUE (unit, visit)
      );`

    const result = await read('sql', ddl)

    expect(result?.table).toMatchObject({name: 'results', key: ['id']})
    expect(result?.table.columns).toMatchObject([
      {name: 'id', type: 'string', maxLength: 12, required: true},
      {name: 'value', type: 'number', physicalType: 'NUMERIC(8, 2)', bounds: {min: 0}},
      {name: 'unit', required: true, values: ['mg', "it's, g"]},
      {name: 'seen_at', type: 'timestamp'},
      {name: 'shape', type: 'string'},
      {name: 'visit', type: 'integer', refersTo: {dataset: 'visits', column: 'id'}},
    ])
    expect(result?.notes).toEqual([
      'default of value',
      'shape is geometry: it is taken as text',
      'check (value + 1 > 0)',
      'unique (unit, visit)',
    ])
  })

  it('of SQL is read at both sides of a condition, and what stands after the table is noted', async () => {
    const ddl = `create table a (w int check (w > 0 and w <= 10), v int references b(id) on delete cascade) partition by range (w);
      comment on column a.w is 'kilos; weighed';
      insert into a values (7, 'Ann');
      create table b (id int);`

    const result = await read('sql', ddl)

    expect(result?.table.columns[0]).toMatchObject({name: 'w', bounds: {exclusiveMin: 0, max: 10}})
    expect(result?.table.columns[0]).toMatchObject({description: 'kilos; weighed'})
    expect(result?.notes).toEqual(['on delete cascade of v', 'partition by range (w)', 'a statement insert into a', 'create table b'])
  })

  it('of SQL is read with what a dump says around the table, and never with a value of its rows', async () => {
    const dump = `SET search_path = lab;
CREATE TYPE mood AS ENUM ('Bob');
CREATE TABLE lab.a (
  id integer COMMENT 'the id',
  v int,
  constraint f foreign key (v) references b(id) on delete cascade on update set null
)
COMMENT ON TABLE lab.a IS 'What; it''s';
comment on column lab.b.v is 'Bob';
ALTER TABLE ONLY lab.a ADD CONSTRAINT a_pkey PRIMARY KEY (id);
insert into a values (7, 'Bob; x')`

    const result = await read('sql', dump, 'a')

    expect(result?.table).toMatchObject({description: "What; it's", key: ['id']})
    expect(result?.table.columns).toMatchObject([{description: 'the id', required: true}, {refersTo: {dataset: 'b', column: 'id'}}])
    expect(result?.notes).toEqual([
      'on delete cascade of v',
      'on update set null of v',
      'a statement SET',
      'CREATE TYPE mood',
      'comment on column lab.b.v',
      'a statement insert into a',
    ])
  })

  it('of SQL never has a row repeated in a note: not one that is copied, nor one with escaped quotes', async () => {
    const dump = `COPY b (id, v) FROM stdin;
7\tAnn; Bob's
Zoe create table c (id int);
\\.
CREATE TABLE a (
  id integer comment 'it\\'s (the id',
  sep text check (sep in ('\\', '/'))
);
COPY lab.a FROM stdin;
8\tAnn;Bob
\\.
insert into lab."a b" values (7, 'she\\'s; Ann Bob; Zoe');
Ann Bob; drop Ann; set x = 'Ann';
ALTER TABLE a ADD CONSTRAINT k PRIMARY KEY (id);`

    const result = await read('sql', dump)

    expect(result).toMatchObject({
      table: {name: 'a', key: ['id'], columns: [{name: 'id'}, {name: 'sep', values: ['\\', '/']}]},
      notes: ['a statement COPY', 'a statement insert into lab."a b"', 'a statement of another kind', 'a statement set'],
    })
  })

  it('of SQL is read with every part of an ALTER TABLE', async () => {
    const ddl = `create table a (id int, v int, w int);
      alter table a add constraint k primary key (id), add unique (v), add column x int;
      alter table a with check add check (w in (1, 2));`

    expect(await read('sql', ddl)).toMatchObject({
      table: {key: ['id'], columns: [{required: true}, {unique: true}, {values: [1, 2]}]},
      notes: ['alter table a'],
    })
  })

  it.each([
    ['a quoted text in a row', "create table a (id int);\ninsert into b values ('TEXT');", {}],
    ['a comment on a column', "create table a (id int);\ncomment on column a.id is 'TEXT';", {description: 'TEXT'}],
    ['a comment in the table', "create table a (id int comment 'TEXT');", {description: 'TEXT'}],
    ['what stands behind the table', 'create table a (id int)\nTEXT', {}],
    ['white space', `create table a (id int${' '.repeat(200_000)}x);`, {}],
  ])('of SQL may have megabytes of %s', async (_, ddl, column) => {
    const long = `it''s ${'long '.repeat(2_000_000)}`
    const read10 = await read('sql', ddl.replace('TEXT', ddl.includes("'TEXT'") ? long : 'x '.repeat(5_000_000)))

    expect(read10?.table.columns[0]?.name).toBe('id')
    expect(read10?.table.columns[0]?.description).toBe('description' in column ? long.replaceAll("''", "'") : undefined)
  })

  it('of dbt may be its manifest, whose tests stand apart from their models', async () => {
    const test = (name: string, column: string, kwargs: object, config = {}) => ({
      ...{resource_type: 'test', name: `${name}_lab`, attached_node: 'model.p.lab', column_name: column, config},
      test_metadata: {name, kwargs: {column_name: column, model: "{{ get_where_subquery(ref('lab')) }}", ...kwargs}},
    })
    const usual = {severity: 'ERROR', where: null, limit: null, fail_calc: 'count(*)', warn_if: '!= 0', error_if: '!= 0'}
    const manifest = {
      metadata: {},
      nodes: {
        'model.p.other': {resource_type: 'model', name: 'other', columns: {}},
        'model.p.lab': {
          ...{resource_type: 'model', name: 'lab', description: 'Results.'},
          columns: {id: {name: 'id', description: '', data_type: 'text'}, value: {name: 'value', data_type: 'decimal(8,2)'}},
        },
        'test.p.1': test('not_null', 'id', {}, {...usual, tags: ['a']}),
        'test.p.2': test('accepted_values', '"status"', {values: ["it''s"]}),
        'test.p.3': test('relationships', 'id', {to: "ref('patient')", field: 'id'}),
        'test.p.4': test('unique', 'id', {}, {...usual, severity: 'WARN'}),
        'test.p.5': test('not_null', 'value', {}, {...usual, error_if: '>10'}),
        'test.p.6': test('not_null', 'value', {}, {...usual, warn_if: '>10'}),
        'test.p.7': test('not_null', 'value', {}, {...usual, limit: 5}),
        'test.p.8': test('not_null', 'value', {}, {...usual, fail_calc: 'max(n)'}),
      },
      sources: {},
    }

    const result = await read('dbt', JSON.stringify(manifest), 'lab')

    expect(result).toMatchObject({
      table: {
        ...{name: 'lab', description: 'Results.'},
        columns: [
          {name: 'id', required: true, unique: false, refersTo: {dataset: 'patient', column: 'id'}},
          {name: 'value', type: 'number', physicalType: 'DECIMAL(8,2)', required: false},
          {name: 'status', values: ["it's"]},
        ],
      },
      notes: ['test unique of id', ...Array<string>(4).fill('test not_null of value'), 'status has no data_type: it is taken as text'],
    })
  })

  it('of dbt has a test with a tolerance told, wherever the tolerance stands', async () => {
    const column = {name: 'id', data_type: 'text', data_tests: [{not_null: {error_if: '>10'}}, {unique: {config: {error_if: '>10'}}}]}

    expect(await read('dbt', JSON.stringify({models: [{name: 'lab', columns: [column]}]}))).toMatchObject({
      table: {columns: [{required: false, unique: false}]},
      notes: ['test not_null of id', 'test unique of id'],
    })
  })

  it('of dbt may be a manifest of thousands of tables', async () => {
    const ids = Array.from({length: 20_000}, (_, at) => `model.p.t${at}`)
    const nodes = Object.fromEntries(
      ids.flatMap((id, at) => [
        [id, {resource_type: 'model', name: `t${at}`, columns: {}}],
        [`test.p.${at}`, {resource_type: 'test', attached_node: id, column_name: 'id', test_metadata: {name: 'not_null'}}],
      ]),
    )
    expect(await read('dbt', JSON.stringify({nodes}), 't19999')).toMatchObject({table: {columns: [{name: 'id', required: true}]}})
  })

  it.each(['dbt', 'soda'])('of %s without a table is refused with what to take instead', async (name) => {
    await expect(async () => read(name, '{}')).rejects.toMatchObject({code: 'CONTRACT_INVALID', hint: expect.stringMatching(/^take a /)})
  })

  it('of Great Expectations says which expectations tolerate rows', async () => {
    const suite = {
      expectation_suite_name: 'old suite',
      expectations: [
        {expectation_type: 'expect_column_values_to_not_be_null', kwargs: {column: 'a', mostly: 0.95}},
        {expectation_type: 'expect_column_values_to_be_between', kwargs: {column: 'a', min_value: 1, strict_min: true}},
        {expectation_type: 'expect_column_mean_to_be_between', kwargs: {column: 'a', min_value: 1}},
      ],
    }

    expect(await read('great-expectations', JSON.stringify(suite))).toMatchObject({
      table: {name: 'old_suite', columns: [{name: 'a', required: false, bounds: {exclusiveMin: 1}}]},
      notes: ['expect_column_values_to_not_be_null of a: it tolerates 5 %', 'expect_column_mean_to_be_between of a'],
    })
  })

  it('of the OMOP CDM gives one table with its key, its references and its guidance', async () => {
    const csv = `cdmTableName,cdmFieldName,isRequired,cdmDatatype,userGuidance,isPrimaryKey,isForeignKey,fkTableName,fkFieldName,fkDomain
person,person_id,Yes,integer,"One row, one person.",Yes,No,NA,NA,NA
person,gender_concept_id,Yes,integer,NA,No,Yes,CONCEPT,CONCEPT_ID,Gender
person,birth_datetime,No,datetime,NA,No,No,NA,NA,NA
person,person_source_value,No,varchar(50),NA,No,No,NA,NA,NA
death,person_id,Yes,integer,NA,No,Yes,PERSON,PERSON_ID,NA
`

    const result = await read('omop', csv, 'PERSON')

    expect(result).toMatchObject({
      table: {
        name: 'person',
        key: ['person_id'],
        columns: [
          {name: 'person_id', type: 'integer', required: true, description: 'One row, one person.'},
          {name: 'gender_concept_id', refersTo: {dataset: 'concept', column: 'concept_id'}},
          {name: 'birth_datetime', type: 'timestamp', required: false},
          {name: 'person_source_value', type: 'string', maxLength: 50},
        ],
      },
      notes: ['concepts of gender_concept_id are of the domain Gender'],
    })
    await expect(read('omop', csv)).rejects.toMatchObject({code: 'CONTRACT_INVALID', hint: expect.stringContaining('death')})
  })

  it('of the Data Quality Dashboard keeps the percentages that its checks tolerate', async () => {
    const head =
      'cdmTableName,cdmFieldName,isRequired,isRequiredThreshold,cdmDatatype,isPrimaryKey,isForeignKey,isForeignKeyThreshold,fkTableName,fkFieldName'
    const csv = `${head},measureValueCompleteness,measureValueCompletenessThreshold,plausibleValueLow,plausibleValueLowThreshold,plausibleValueHigh,plausibleValueHighThreshold,plausibleBeforeDeath,plausibleBeforeDeathThreshold,plausibleStartBeforeEnd,plausibleStartBeforeEndFieldName,plausibleStartBeforeEndThreshold
VISIT_OCCURRENCE,person_id,Yes,0,integer,No,Yes,0,PERSON,PERSON_ID,Yes,0,,,,,No,,,,
VISIT_OCCURRENCE,provider_id,Yes,2,integer,No,Yes,5,PROVIDER,PROVIDER_ID,Yes,100,,,,,No,,,,
VISIT_OCCURRENCE,visit_start_date,Yes,0,date,No,No,,,,No,,'19500101',1,"DATEADD(dd,1,GETDATE())",1,Yes,1,Yes,VISIT_END_DATE,1
VISIT_OCCURRENCE,visit_end_date,No,,date,No,No,,,,No,,,,,,No,,No,,
VISIT_OCCURRENCE,year,No,,integer,No,No,,,,No,,1850,1,YEAR(GETDATE())+1,1,No,,No,,
`

    const carried = await read('dqd', csv, 'visit_occurrence')
    const contract = readContract('visit.odcs.yaml', carried === undefined ? '' : fromPortable(carried))

    expect(contract.rules.map(({id, kind, threshold}) => `${id} ${kind} ${threshold.max} ${threshold.unit}`)).toEqual([
      'person_id.required required 0 rows',
      'person_id.type type 0 rows',
      'person_id.reference reference 0 rows',
      'person_id.required.2 required 0 percent',
      'provider_id.type type 0 rows',
      'provider_id.required required 2 percent',
      'provider_id.reference reference 5 percent',
      'provider_id.required.2 required 100 percent',
      'visit_start_date.required required 0 rows',
      'visit_start_date.type type 0 rows',
      'visit_start_date.range range 1 percent',
      'visit_start_date.notInFuture notInFuture 1 percent',
      'visit_start_date.temporalOrder temporalOrder 1 percent',
      'visit_start_date.temporalOrder.2 temporalOrder 1 percent',
      'visit_end_date.type type 0 rows',
      'year.type type 0 rows',
      'year.range range 1 percent',
    ])
    expect(carried?.notes).toEqual(['year: plausibleValueHigh YEAR(GETDATE())+1'])
  })

  it.each([
    ['json-schema', '[]'],
    ['json-schema', '{"type": "string"}'],
    ['sql', 'select 1'],
    ['dbt', 'version: 2'],
    ['great-expectations', '{}'],
    ['soda', 'checks: []'],
    ['fhir', '{"resourceType": "Patient"}'],
    ['omop', 'a,b\n1,2\n'],
    ['dbt', 'models: [&a {name: x, columns: [*a]}, *a, *a]'],
  ])('that is no %s is refused', async (name, text) => {
    await expect(async () => read(name, text)).rejects.toMatchObject({code: 'CONTRACT_INVALID'})
  })

  it('of SQL may name its types as other databases do', () => {
    const types = [
      'INT',
      'bigserial',
      'double precision',
      'NUMBER',
      'character varying(20)',
      'datetime2',
      'timestamp without time zone',
      'bit',
      'json',
    ]

    expect(types.map(logicalTypeOfSql)).toEqual([
      'integer',
      'integer',
      'number',
      'number',
      'string',
      'timestamp',
      'timestamp',
      'boolean',
      undefined,
    ])
  })
})
