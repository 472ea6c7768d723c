import {describe, expect, it} from 'vitest'
import {orderModels, parseModel, rewriteModel, withDependencies} from '../../../src/core/warehouse/models.ts'
import {suffixed} from '../../../src/core/warehouse/names.ts'

const parse = (sql: string, name = 'm') => parseModel({name, path: `/w/models/${name}.sql`, sql})
const reads = async (sql: string) => (await parse(sql)).references.map(({layer, name}) => `${layer}.${name}`)
const rewrite = async (sql: string) => rewriteModel(await parse(sql), ({layer, name}) => `<${layer} ${name}>`).select.trim()

describe('parseModel', () => {
  it('finds every table wherever it stands', async () => {
    const sql = `with a as (select * from silver.one), b as (select * from a join silver.two using (id))
      select (select max(x) from silver.three), b.* from b, lateral (select * from gold.four) f
      where exists (select from silver.five) union all (select 1, * from gold.six order by (select 1 from silver.seven))`

    expect((await reads(sql)).sort()).toEqual([
      'gold.four',
      'gold.six',
      'silver.five',
      'silver.one',
      'silver.seven',
      'silver.three',
      'silver.two',
    ])
  })

  it('knows which names are CTEs where', async () => {
    expect(await reads('with recursive t as (select 1 as n union all select n + 1 from t where n < 3) select * from t')).toEqual([])
    expect(await reads('select * from (with t as (select 1) select * from t) q, generate_series(1, 2)')).toEqual([])
    await expect(parse('with a as (select * from b), b as (select 1) select * from a')).rejects.toMatchObject({at: {line: 1, column: 26}})
    await expect(parse('select * from (with t as (select 1) select * from t) q, t')).rejects.toMatchObject({
      code: 'WAREHOUSE_MODEL_INVALID',
    })
  })

  it.each([
    ['', 1, 1],
    ['-- nothing\n', 1, 1],
    ['select 1;\nselect 2', 2, 1],
    ['select\n  é, from silver.x', 2, 6],
    ['insert into silver.x select 1', 1, 1],
    ['select * into y from silver.x', 1, 15],
    ['with d as (delete from silver.x returning *) select * from d', 1, 24],
    ['select * from silver.x for update', 1, 1],
    ['select * from patient', 1, 15],
    ['select * from public.patient', 1, 15],
    ['select * from db.silver.patient', 1, 15],
    ['select * from only silver.patient', 1, 20],
    ['select 1,\n silver.patient.id from silver.patient', 2, 2],
    ['create table x as select 1', 1, 1],
    ['values (1', 1, 10],
  ])('refuses %j at its line and column', async (sql, line, column) => {
    await expect(parse(sql)).rejects.toMatchObject({code: 'WAREHOUSE_MODEL_INVALID', at: {file: '/w/models/m.sql', line, column}})
  })
})

describe('a function that does more than read', () => {
  it.each([
    "ts_stat('select 1')",
    "ts_rewrite('a'::tsquery, 'select 1, 2')",
    "query_to_xml_and_xmlschema('select 1', true, true, '')",
    "cursor_to_xml('c', 1, true, true, '')",
    "pg_catalog.pg_read_binary_file('x')",
    "pg_read_file('x')",
    "pg_ls_dir('.')",
    'pg_ls_logdir()',
    "pg_stat_file('x')",
    "pg_logical_emit_message(false, 'a', 'b')",
    'pg_switch_wal()',
    "pg_create_restore_point('x')",
    "pg_drop_replication_slot('x')",
    'pg_promote()',
    'pg_export_snapshot()',
    'loread(1, 2)',
    "dblink_exec('x')",
  ])('refuses %s', async (call) => {
    await expect(parse(`select ${call} from silver.one`)).rejects.toMatchObject({code: 'WAREHOUSE_MODEL_INVALID'})
    await expect(parse(`select * from silver.one, ${call}`)).rejects.toThrow('a model only reads: function')
  })

  it('keeps what only reads', async () => {
    const sql = "select ts_rank(to_tsvector(a), 'b'), pg_typeof(a), lower(a), log(2), pg_size_pretty(1::bigint) from silver.one"
    expect(await reads(sql)).toEqual(['silver.one'])
  })
})

describe('rewriteModel', () => {
  it('replaces tables only, and gives those without alias their name', async () => {
    expect(
      await rewrite(
        `/* silver.x */ select /* silver.x */ 'silver.x', "é", patient.id from silver.patient, "silver" . /* hm */ "od""d" o -- gold.y\n;`,
      ),
    ).toBe(`select /* silver.x */ 'silver.x', "é", patient.id from <silver patient> as "patient", <silver od"d> o -- gold.y`)
  })

  it('leads from a character of the new text back to the file', async () => {
    const model = await parse('-- é\nselect x.é,\n y from silver.x where zz')
    const {select, locate} = rewriteModel(model, () => 'silver_data."x__v1234567890"')

    expect(locate([...select.slice(0, select.indexOf('zz'))].length)).toMatchObject({line: 3, column: 24})
    expect(locate([...select.slice(0, select.indexOf('silver_data'))].length)).toMatchObject({line: 3, column: 9})
  })
})

describe('orderModels', () => {
  const models = async (texts: Readonly<Record<string, string>>) =>
    Promise.all(Object.entries(texts).map(([name, sql]) => parse(sql, name)))

  it('puts each model after those it reads', async () => {
    const list = await models({a: 'select * from gold.c', b: 'select * from gold.a, silver.s', c: 'select * from silver.s', d: 'select 1'})

    const ordered = orderModels(list, ['s'])

    expect(ordered.map(({name}) => name)).toEqual(['c', 'a', 'b', 'd'])
    expect(withDependencies(ordered, ['a']).map(({name}) => name)).toEqual(['c', 'a'])
  })

  it('names a circle, and the nearest name of what is unknown', async () => {
    const circle = await models({a: 'select * from gold.b', b: 'select * from gold.c', c: 'select * from gold.a'})
    expect(() => orderModels(circle, [])).toThrow('a → b → c → a')
    expect(() => orderModels([circle[0]!], [])).toThrow('there is no model b')
    const typo = await models({m: 'select 1\nfrom silver.pateint'})
    expect(() => orderModels(typo, ['patient'])).toThrow('did you mean silver.patient')
  })
})

describe('suffixed', () => {
  it('keeps names within 63 bytes and apart from each other', () => {
    const long = ['a'.repeat(62), 'a'.repeat(63), `${'é'.repeat(31)}x`].map((name) => suffixed(name, '__v12'))

    expect(long.every((name) => Buffer.byteLength(name) <= 63 && name.endsWith('__v12'))).toBe(true)
    expect(new Set(long).size).toBe(3)
    expect(suffixed('patient', '__v1')).toBe('patient__v1')
  })
})
