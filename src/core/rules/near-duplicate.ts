// No two rows are probably of one person: names compared without accents and order, dates with day and month the wrong way round, codes
// with a typing error (`match` says which column is a `name`, a `date` or `exact`). How much agreement is worth depends on how rare the value
// is (Fellegi and Sunter), so that a shared birthday weighs more than a shared town. Pairs at or above `likely` percent are counted; the
// result says which columns agreed in how many of them, and where the likeliest stand. It warns: only a person can say who somebody is.
import {column} from '../expr/expr.ts'
import {planColumns} from '../expr/walk.ts'
import type {Facts} from '../model/facts.ts'
import {comparable, comparisons} from './compare-values.ts'
import {type DatasetAnswer, defineRule} from './define-rule.ts'
import {type LinkedPair, linkRecords, type Records} from './link-records.ts'
import {factOf} from './measured-number.ts'
import {ruleParams} from './rule-params.ts'

interface NearDuplicateParams {
  readonly match: readonly Records['columns'][number][]
  /** Percent. */
  readonly likely: number
}

const usualLikely = 90
const maxRows = 200_000
const shownPairs = 20

export const nearDuplicate = defineRule<NearDuplicateParams>({
  name: 'nearDuplicate',
  scope: 'dataset',
  dimension: 'uniqueness',
  kahn: 'plausibility.uniqueness',
  severity: 'warning',
  parse: (raw, at) => {
    const params = ruleParams('nearDuplicate', raw, at, ['match', 'likely'])
    const written = Object.entries(params.need('match', params.textMap('match')))
    const match = written.map(([name, how]) => {
      const comparison = comparisons.find((one) => one === how)
      return {name, comparison: comparison ?? params.fail('match', `${name}: ${how} is none of ${comparisons.join(', ')}`)}
    })
    if (match.length < 2) params.fail('match', 'one column tells nobody apart: at least 2')
    const likely = params.number('likely') ?? usualLikely
    return likely > 0 && likely < 100 ? {match, likely} : params.fail('likely', 'likely is a number of percent above 0 and below 100')
  },
  columns: ({match}) => match.map(({name}) => name),
  basis: ({match, likely}) =>
    `pairs alike in ${match.map(({name, comparison}) => `${name} (${comparison})`).join(', ')} from ${likely} percent`,
  ask: ({match}, {rows}) => {
    const there = planColumns(rows).map(({name}) => name)
    const names = [...match.map(({name}) => name), ...places.filter((name) => there.includes(name))]
    return {
      kind: 'rows',
      plan: {kind: 'select', input: rows, columns: names.map((name) => ({name, expr: column(name)}))},
      limit: maxRows + 1,
    }
  },
  facts: (params, answer) => (answer.length > maxRows ? {rows: answer.length, tooMany: 1} : factsOf(params, answer)),
  judge: (_, facts) => {
    if (factOf(facts, 'tooMany') === 1) return {notApplicable: `more than ${maxRows} rows are not compared with each other`}
    if (factOf(facts, 'tooAlike') === 1) return {notApplicable: 'too many rows agree in two columns: match columns that tell persons apart'}
    return {violated: factOf(facts, 'suspects'), denominator: factOf(facts, 'rows')}
  },
  describe: ({match, likely}) =>
    `has no two rows that are of one person with ${likely} % or more, by ${match.map(({name}) => name).join(', ')}`,
  examples: [
    {
      params: {match: {name: 'name', born: 'date', zip: 'exact'}},
      columns: {name: 'string', born: 'date', zip: 'string'},
      rows: [
        {name: 'Müller, Anna-Maria', born: '1980-02-01', zip: '4051'},
        {name: 'Anna Maria MULLER', born: '1980-02-01', zip: '4051'},
        ...otherPersons(),
      ],
      violated: 2,
      facts: {rows: 14, compared: 1, pairs: 1, suspects: 2, skippedBlocks: 0, agreements: {'name same, born same, zip same': 1}},
    },
    {
      params: {match: {name: 'name', born: 'date', ahv: 'exact'}, likely: 50},
      columns: {name: 'string', born: 'date', ahv: 'string', _batch: 'int64', _row: 'int64'},
      rows: [
        {name: 'Keller Jon', born: '1980-02-01', ahv: '756.1234', _batch: 1n, _row: 4n},
        {name: 'Keler Jon', born: '1980-02-01', ahv: '7561234', _batch: 2n, _row: 9n},
        {name: 'Keller Jon', born: null, ahv: null, _batch: 2n, _row: 10n},
        ...otherPersons(),
      ],
      violated: 2,
      facts: {
        ...{rows: 15, compared: 1, pairs: 1, suspects: 2, skippedBlocks: 0, agreements: {'name close, born same, ahv same': 1}},
        likeliest: {'batch 1 row 4, batch 2 row 9': 76.5},
      },
    },
    {
      params: {match: {name: 'name', born: 'date', zip: 'exact'}},
      columns: {name: 'string', born: 'date', zip: 'string'},
      rows: [
        {name: 'Müller', born: '1980-02-01', zip: '4051'},
        {name: 'Meier', born: '1980-02-01', zip: '4051'},
        {name: null, born: null, zip: null},
        {name: null, born: null, zip: null},
        ...otherPersons(),
      ],
      violated: 0,
    },
    {
      params: {match: {name: 'name', born: 'date'}},
      columns: {name: 'string', born: 'date'},
      rows: [],
      violated: 0,
    },
  ],
})

/** Where a row came from, as a promotion says it. */
const places = ['_batch', '_row']

function factsOf({match, likely}: NearDuplicateParams, answer: DatasetAnswer): Facts {
  const rows = answer.map((row) => match.map(({name, comparison}) => comparable(comparison, row[name])))
  const links = linkRecords({columns: match, rows}, likely / 100)
  if (links === undefined) return {rows: rows.length, tooAlike: 1}
  const {pairs, compared, skippedBlocks} = links
  const agreements: Record<string, number> = {}
  for (const {levels} of pairs) {
    const pattern = match.map(({name}, index) => `${name} ${levels[index]}`).join(', ')
    agreements[pattern] = (agreements[pattern] ?? 0) + 1
  }
  const suspects = new Set(pairs.flatMap(({first, second}) => [first, second])).size
  const likeliest = Object.fromEntries(
    pairs
      .toSorted((a, b) => b.probability - a.probability)
      .slice(0, shownPairs)
      .flatMap((pair) => placed(answer, pair)),
  )
  const shown = Object.keys(likeliest).length === 0 ? {} : {likeliest}
  return {rows: rows.length, compared, pairs: pairs.length, suspects, skippedBlocks, agreements, ...shown}
}

/** `batch 1 row 4, batch 2 row 9` and how likely, in percent; nothing where rows have no place. */
function placed(answer: DatasetAnswer, {first, second, probability}: LinkedPair): readonly (readonly [string, number])[] {
  const place = (index: number): string | undefined => {
    const {_batch: batch, _row: row} = answer[index] ?? {}
    return batch === undefined || batch === null ? undefined : `batch ${batch} row ${row}`
  }
  const [one, other] = [place(first), place(second)]
  return one === undefined || other === undefined ? [] : [[`${one}, ${other}`, Math.round(probability * 1000) / 10]]
}

function otherPersons(): readonly Readonly<Record<string, string>>[] {
  const names = ['Ammann', 'Bachmann', 'Christen', 'Diethelm', 'Egger', 'Frei', 'Gasser', 'Huber', 'Isler', 'Jost', 'Kunz', 'Lang']
  return names.map((name, index) => ({
    name,
    born: `19${40 + index}-05-1${index % 10}`,
    zip: String(3000 + 100 * index),
    ahv: `756.00${index}${index}`,
  }))
}
