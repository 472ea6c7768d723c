// Valid contracts of one dataset, and rows for them, from a seed: any types with any steps and any rules that fit them.
import {stringify} from 'yaml'
import type {Seeded} from '../seeded.ts'
import {type GeneratedColumn, generatedTypes, randomSteps, randomText} from './columns.ts'
import {generatedRules} from './rules.ts'

export interface GeneratedContract {
  readonly columns: readonly GeneratedColumn[]
  readonly mode: 'append' | 'overwrite' | 'merge'
  /** Kinds of rules that stand in it. */
  readonly kinds: ReadonlySet<string>
  readonly text: string
}

export interface ContractWishes {
  readonly dataset: string
  /** Kinds that are left out. */
  readonly without?: ReadonlySet<string>
}

type Clause = Readonly<Record<string, unknown>>

const ruleClause = (implementation: Clause, more: Clause = {}): Clause => ({type: 'custom', engine: 'hippo', ...more, implementation})

export function generateContract(random: Seeded, {dataset, without = new Set()}: ContractWishes): GeneratedContract {
  const mode = random.pick(['append', 'overwrite', 'merge'] as const)
  const key: GeneratedColumn = {name: 'id', type: 'string'}
  const columns = [key, ...Array.from({length: 2 + random.below(5)}, (_, at) => ({name: `c${at}`, type: random.pick(generatedTypes)}))]
  const kinds = new Set<string>(['required', 'type'])
  const properties = columns.map((column) => propertyOf(column, {random, columns, mode, without, kinds}))
  const object = {
    name: dataset,
    customProperties: [
      {property: 'hippoWriteMode', value: mode},
      {property: 'hippoMaxQuarantinePercent', value: 100},
    ],
    quality: clausesOfDataset(random, columns, kinds),
    properties,
  }
  const document = {apiVersion: 'v3.1.0', kind: 'DataContract', id: dataset, version: '1.0.0', status: 'active', schema: [object]}
  return {columns, mode, kinds, text: `# Made from a seed.\n${stringify(document, {lineWidth: 0})}`}
}

interface PropertyContext extends Pick<GeneratedContract, 'columns' | 'mode'> {
  readonly random: Seeded
  readonly without: ReadonlySet<string>
  readonly kinds: Set<string>
}

function propertyOf(column: GeneratedColumn, {random, columns, mode, without, kinds}: PropertyContext): Clause {
  const {name, type} = column
  if (name === 'id') return {name, logicalType: type, required: true, ...(mode === 'merge' ? {primaryKey: true} : {})}
  const others = columns.filter((one) => one.name !== name)
  const chosen = generatedRules.filter((rule) => rule.types.includes(type) && !without.has(rule.kind) && random.below(3) === 0)
  const quality = chosen.flatMap(({kind, params}) => {
    const found = params({random, column, others})
    if (found === undefined) return []
    kinds.add(kind)
    const when = random.below(4) === 0 ? {when: {column: random.pick(others).name, present: true}} : {}
    return [ruleClause({rule: kind, ...found, ...when}, random.below(5) === 0 ? {severity: 'warning'} : {})]
  })
  const steps = randomSteps(random, type)
  return {
    name,
    logicalType: type,
    ...(quality.length === 0 ? {} : {quality}),
    ...(steps.length === 0 ? {} : {customProperties: [{property: 'hippoTransform', value: steps}]}),
  }
}

/** Stays that do not meet, where there are columns for it, and how many rows there are. */
function clausesOfDataset(random: Seeded, columns: readonly GeneratedColumn[], kinds: Set<string>): readonly Clause[] {
  const count = ruleClause({rule: 'rowCount', mustBeGreaterThan: 0}, {severity: 'warning'})
  kinds.add('rowCount')
  const [start, end] = columns.filter(({type}) => type === 'date')
  if (start === undefined || end === undefined || random.below(2) === 0) return [count]
  kinds.add('overlap')
  return [count, ruleClause({rule: 'overlap', key: 'id', start: start.name, end: end.name})]
}

/** Texts by column, in the order of the contract; empty where nothing was sent. Keys repeat now and then. */
export const generateRows = (random: Seeded, {columns}: GeneratedContract, count: number): readonly (readonly string[])[] =>
  Array.from({length: count}, (_, at) =>
    columns.map(({name, type}) => (name === 'id' ? `k${random.below(8) === 0 ? random.below(at + 1) : at}` : randomText(random, type))),
  )
