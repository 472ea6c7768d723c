// Rows of a file are text. Where a rule compares them with a column of another type, their cells are turned into values of that type
// first, exactly or not at all: a bound that cannot be read would judge nothing, and nobody would know.
import {HippoError} from '../errors/hippo-error.ts'
import type {ScalarType, ScalarValue} from '../expr/expr.ts'
import type {Plan} from '../expr/plan.ts'
import type {Relation} from './define-rule.ts'
import {referencedFile, sayReference} from './reference-name.ts'
import {sameType, typedValue, typeName} from './typed-value.ts'

/** The relation with the text of these columns as values of these types; a dataset's columns stay as they are. */
export function withTypes(relation: Relation, types: Readonly<Record<string, ScalarType>>, name: string): Relation {
  const {plan, columns} = relation
  if (plan.kind !== 'values' || referencedFile(name) === undefined) return relation
  const wanted = Object.entries(types).filter(([column, type]) => columns[column] === 'string' && !sameType(type, 'string'))
  if (wanted.length === 0) return relation
  const typeOf = new Map(wanted)
  return {
    plan: {
      ...plan,
      columns: plan.columns.map((column) => ({...column, type: typeOf.get(column.name) ?? column.type})),
      rows: plan.rows.map((row, index) =>
        row.map((cell, place) => {
          const column = plan.columns[place]?.name ?? ''
          const type = typeOf.get(column)
          return type === undefined || cell === null
            ? cell
            : readCell(String(cell), type, `${sayReference(name)}, row ${index + 1}: ${column}`)
        }),
      ),
    },
    columns: {...columns, ...Object.fromEntries(wanted)},
  }
}

/** The rows of a plan with these columns alone: what a file says beside its codes need not travel to the engine. */
export function onlyColumns(plan: Plan, names: readonly string[]): Plan {
  if (plan.kind !== 'values') return plan
  const places = names.map((name) => plan.columns.findIndex((column) => column.name === name))
  if (places.includes(-1)) return plan
  return {
    kind: 'values',
    columns: plan.columns.filter((_, place) => places.includes(place)),
    rows: plan.rows.map((row) => row.filter((_, place) => places.includes(place))),
  }
}

function readCell(text: string, type: ScalarType, where: string): ScalarValue {
  const isNumber = (type === 'int64' || type === 'float64') && /^-?[0-9]+(?:\.[0-9]+)?$/.test(text)
  const written = isNumber ? Number(text) : type === 'boolean' && /^(?:true|false)$/.test(text) ? text === 'true' : text
  const value = typedValue(written, type)
  if (value === undefined) throw new HippoError('CONTRACT_RULE_INVALID', {message: `${where} is no value of type ${typeName(type)}`})
  return value
}
