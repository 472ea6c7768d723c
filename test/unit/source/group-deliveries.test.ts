import {describe, expect, it} from 'vitest'
import type {DeliveryGrouping} from '../../../src/core/config/config.ts'
import {groupDeliveries} from '../../../src/core/source/files/group-deliveries.ts'

/** The deliveries in their order; the dataset of a file is its name up to the first `_`, `-` or `.`. */
function deliveries(paths: readonly string[], grouping: DeliveryGrouping): readonly (readonly string[])[] {
  const files = paths.map((path) => ({path, dataset: /([a-z]+)[^/]*$/.exec(path)?.[1] ?? ''}))
  const grouped = Map.groupBy(groupDeliveries(files, grouping), ([, delivery]) => delivery)
  return [...grouped].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => own.map(([path]) => path).sort())
}

describe('groupDeliveries', () => {
  it('takes the files of a folder as one delivery, folders in the order in which people count', () => {
    const paths = ['night-10/patients.csv', 'night-9/patients.csv', 'night-9/visits.csv', 'visits.csv']

    for (const grouping of ['folder', 'date'] as const)
      expect(deliveries(paths, grouping)).toEqual([
        ['visits.csv'],
        ['night-9/patients.csv', 'night-9/visits.csv'],
        ['night-10/patients.csv'],
      ])
  })

  it('by date: a folder with several days of a dataset holds one delivery a day, of all datasets, undated files last', () => {
    const paths = [
      'patients_2024-01-02.csv',
      'patients_2023-12-31.csv',
      'visits_20240102_part1.csv',
      'visits_20240102_part2.csv',
      'visits.csv',
    ]

    expect(deliveries(paths, 'date')).toEqual([
      ['patients_2023-12-31.csv'],
      ['patients_2024-01-02.csv', 'visits_20240102_part1.csv', 'visits_20240102_part2.csv'],
      ['visits.csv'],
    ])
  })

  it('by date: a time of day counts, other numbers behind a day do not', () => {
    expect(deliveries(['p_20240102060000.csv', 'p_2024-01-02T18:00.csv', 'p_202401021200.csv'], 'date')).toEqual([
      ['p_20240102060000.csv'],
      ['p_202401021200.csv'],
      ['p_2024-01-02T18:00.csv'],
    ])
    expect(deliveries(['p_20240102_0001.csv', 'p_20240102_0002.csv', 'p_20240102.3.csv'], 'date')).toHaveLength(1)
  })

  it.each([
    ['parts', ['p_part1.csv', 'p_part2.csv']],
    ['numbers', ['p_1.csv', 'p_2.csv']],
    ['months and years', ['p_2024-01.csv', 'p_2024-02.csv', 'p_2023.csv']],
    ['days that could be read in two ways', ['p_01-02-2024.csv', 'p_02-01-2024.csv']],
    ['days of different datasets only', ['p_2024-01-01.csv', 'q_2024-01-02.csv']],
    ['numbers that are no days', ['p_20241340.csv', 'p_99990101.csv', 'p_2024010112345.csv']],
  ])('by date: keeps %s together', (_, paths) => {
    expect(deliveries(paths, 'date')).toHaveLength(1)
  })

  it('by file: each file of a dataset is a delivery, with what has the same numbers', () => {
    const paths = ['p_10.csv', 'p_9.csv', 'q_9.csv', 'p_a.csv', 'p_b.csv']

    expect(deliveries(paths, 'file')).toEqual([['p_a.csv'], ['p_b.csv'], ['p_9.csv', 'q_9.csv'], ['p_10.csv']])
    expect(deliveries(['p_2024-01-02.csv', 'p_2024-01-01.csv'], 'folder')).toHaveLength(1)
  })
})
