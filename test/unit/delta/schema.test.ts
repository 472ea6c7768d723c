import {describe, expect, it} from 'vitest'
import {assertFields, decodeSchema, encodeSchema, evolveFields, type Field, type FieldType} from '../../../src/core/delta/schema.ts'

const field = (name: string, type: FieldType = 'string', nullable = true): Field => ({name, type, nullable})
const at = {table: 't', version: 0}

describe('table schema', () => {
  const types: readonly FieldType[] = [
    'string',
    'boolean',
    'int64',
    'float64',
    'date',
    'timestamp',
    {kind: 'decimal', precision: 18, scale: 4},
    {kind: 'list', of: 'string'},
  ]

  it('keeps every type through the log', () => {
    const fields = types.map((type, i) => field(`c${i}`, type, i % 2 === 0))

    expect(decodeSchema(encodeSchema(fields), at)).toEqual(fields)
  })

  it('is written in the words of the Delta protocol', () => {
    const types = JSON.parse(
      encodeSchema([
        field('a', 'int64', false),
        field('b', {kind: 'decimal', precision: 5, scale: 2}),
        field('c', {kind: 'list', of: 'string'}),
      ]),
    )

    expect(types).toEqual({
      type: 'struct',
      fields: [
        {name: 'a', type: 'long', nullable: false, metadata: {}},
        {name: 'b', type: 'decimal(5,2)', nullable: true, metadata: {}},
        {name: 'c', type: {type: 'array', elementType: 'string', containsNull: true}, nullable: true, metadata: {}},
      ],
    })
  })

  it.each(['binary', 'void', 'variant', 'constructor'])('refuses columns of type %s by name', (type) => {
    const schema = JSON.stringify({type: 'struct', fields: [{name: 'odd', type, nullable: true, metadata: {}}]})

    expect(() => decodeSchema(schema, at)).toThrowError(
      expect.objectContaining({code: 'TABLE_UNSUPPORTED', message: expect.stringContaining(`column odd has type ${type}`)}),
    )
  })

  it.each([
    ['byte', 'int64'],
    ['short', 'int64'],
    ['integer', 'int64'],
    ['float', 'float64'],
    ['timestamp_ntz', 'timestamp'],
  ])('reads %s of other writers as %s', (type, ours) => {
    const schema = JSON.stringify({type: 'struct', fields: [{name: 'a', type, nullable: true, metadata: {}}]})

    expect(decodeSchema(schema, at)).toEqual([{name: 'a', type: ours, nullable: true, storedAs: type}])
  })

  it('refuses nested columns and what is no schema', () => {
    const nested = JSON.stringify({
      type: 'struct',
      fields: [{name: 'odd', type: {type: 'map', keyType: 'string', valueType: 'string'}, nullable: true}],
    })

    for (const schema of [nested, '', '[]', '{"type":"struct"}']) {
      expect(() => decodeSchema(schema, at)).toThrowError(expect.objectContaining({code: 'TABLE_UNSUPPORTED'}))
    }
  })

  it('refuses names that other readers cannot use', () => {
    for (const name of ['', 'a b', 'a,b', 'a;b', 'a{b', 'a}', '(a', 'a)', 'a\n', 'a\tb', 'a=b']) {
      expect(() => assertFields([field(name)])).toThrowError(expect.objectContaining({code: 'CONTRACT_UNSUPPORTED'}))
    }
    expect(() => assertFields([field('name'), field('Name')])).toThrowError(expect.objectContaining({code: 'CONTRACT_UNSUPPORTED'}))
    expect(() => assertFields([])).toThrowError(expect.objectContaining({code: 'CONTRACT_UNSUPPORTED'}))
    expect(() => assertFields([field('d', {kind: 'decimal', precision: 39, scale: 0})])).toThrowError(
      expect.objectContaining({code: 'CONTRACT_UNSUPPORTED'}),
    )
    expect(() => assertFields([field('naïve'), field('_file'), field('a.b')])).not.toThrow()
  })
})

describe('evolveFields', () => {
  const current = [field('a', 'int64'), field('b'), field('c', 'date')]

  it('takes new columns wherever they stand, as nullable', () => {
    expect(evolveFields(current, [field('a', 'int64'), field('new', 'float64', false), field('b'), field('c', 'date')])).toEqual([
      field('a', 'int64'),
      field('new', 'float64', true),
      field('b'),
      field('c', 'date'),
    ])
  })

  it('takes a new order', () => {
    expect(evolveFields(current, [field('c', 'date'), field('a', 'int64'), field('b')]).map(({name}) => name)).toEqual(['c', 'a', 'b'])
  })

  it('keeps columns that only older rows have, at the end and nullable', () => {
    const before = [field('old', 'int64', false), ...current]

    expect(evolveFields(before, current)).toEqual([...current, field('old', 'int64', true)])
  })

  it('never lets a column become stricter than its old rows', () => {
    expect(evolveFields([field('a')], [field('a', 'string', false)])).toEqual([field('a')])
    expect(evolveFields([field('a', 'string', false)], [field('a')])).toEqual([field('a')])
  })

  it('refuses another type under the same name, and a name that differs in case', () => {
    const decimal = (scale: number): FieldType => ({kind: 'decimal', precision: 10, scale})

    expect(() => evolveFields(current, [field('a', 'string')])).toThrowError(expect.objectContaining({code: 'CONTRACT_CHANGED'}))
    expect(() => evolveFields(current, [field('A', 'int64')])).toThrowError(expect.objectContaining({code: 'CONTRACT_CHANGED'}))
    expect(() => evolveFields([field('d', decimal(2))], [field('d', decimal(3))])).toThrowError(
      expect.objectContaining({code: 'CONTRACT_CHANGED'}),
    )
  })
})
