// Which files a merge reads and rewrites, and what it does when another tool changes the table under its hands.
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {commit} from '../../src/core/delta/commit.ts'
import {readSnapshot} from '../../src/core/delta/snapshot.ts'
import type {Engine} from '../../src/core/engine/engine.ts'
import type {Expr} from '../../src/core/expr/expr.ts'
import type {Judged, Plan} from '../../src/core/expr/plan.ts'
import {ingest, promoteSilver, type Workspace} from '../../src/core/index.ts'
import {delegate} from '../support/stopping-workspace.ts'
import {promotionOf, type TestWorkspace, testWorkspace} from '../support/workspace.ts'

const header = 'id,name,born,weight\n'
const person = (id: string, weight: number) => `${id},Ann,1980-01-01,${weight}\n`

/** Files of the table that a plan reads, where it looks for rows with a key. */
function searchedFiles(plan: Plan): readonly string[] {
  if (plan.kind !== 'filter' || plan.input.kind !== 'scan') return []
  return plan.input.files.flatMap(({origin}) => origin?.key.replace('silver/person/', '') ?? [])
}

function judgedOf(plan: Plan): Judged | undefined {
  if (plan.kind === 'verdict') return plan.of
  return plan.kind === 'select' || plan.kind === 'derive' || plan.kind === 'filter' ? judgedOf(plan.input) : undefined
}

const filesComparedBy = (when: Expr): readonly string[] =>
  when.kind === 'isSameIn' && when.relation.kind === 'scan'
    ? when.relation.files.flatMap(({origin}) => origin?.key.replace('silver/person/', '') ?? [])
    : []

describe('a merge', () => {
  let ward: TestWorkspace
  beforeEach(async () => {
    ward = await testWorkspace({from: 'test/fixtures/workspaces/ward'})
    for (const letter of ['a', 'b', 'c']) {
      ward.write(`inbox/persons-${letter}.csv`, header + person(`${letter}1`, 70) + person(`${letter}2`, 71))
      await ward.conform()
    }
  }, 120_000)
  afterEach(() => ward?.close())

  const weights = async () =>
    Object.fromEntries((await ward.rows('silver', 'person')).map((row) => [String(row.id), row.weight]).toSorted())
  const paths = (workspace: Workspace) =>
    workspace.store().then(async (store) => [...((await readSnapshot(store, 'silver/person'))?.files.keys() ?? [])])

  async function deliver(text: string, with_: (workspace: Workspace) => Partial<Workspace> = () => ({})) {
    ward.write('inbox/persons-later.csv', header + text)
    return ward.use(async (workspace) => {
      await ingest(workspace, {sources: []})
      return promotionOf(await promoteSilver(delegate(workspace, with_(workspace)), {datasets: ['person']}), 'person')
    })
  }

  it('looks for its keys only in files whose statistics allow them, and rewrites only those that have one', async () => {
    const looked: (readonly string[])[] = []
    const watched = (engine: Engine): Engine =>
      delegate(engine, {
        measure: (plans, options) => {
          looked.push(...plans.map(({input}) => searchedFiles(input)).filter((files) => files.length > 0))
          return engine.measure(plans, options)
        },
      })
    const before = await ward.use(paths)

    const promoted = await deliver(person('b2', 99) + person('b9', 50), (workspace) => ({
      engine: async () => watched(await workspace.engine()),
    }))

    expect(promoted).toMatchObject({state: 'committed', rows: {accepted: 2}})
    expect(looked).toEqual([[before[1]]])
    const after = await ward.use(paths)
    expect(before.filter((path) => after.includes(path))).toEqual([before[0], before[2]])
    expect(await weights()).toEqual({a1: 70, a2: 71, b1: 70, b2: 99, b9: 50, c1: 70, c2: 71})
  })

  it('looks through all files that may hold a key at once, and leaves alone those between that hold none', async () => {
    const before = await ward.use(paths)

    const promoted = await deliver(person('a2', 98) + person('b15', 50) + person('c1', 99))

    expect(promoted).toMatchObject({state: 'committed', rows: {accepted: 3}})
    const after = await ward.use(paths)
    expect(before.filter((path) => after.includes(path))).toEqual([before[1]])
    expect(await weights()).toEqual({a1: 70, a2: 98, b1: 70, b15: 50, b2: 71, c1: 99, c2: 71})
  })

  it('compares a delivery only with files whose statistics allow its keys, and knows a row again that did not change', async () => {
    const compared: (readonly string[])[] = []
    const before = await ward.use(paths)

    const promoted = await deliver(person('c1', 70) + person('c2', 99), (workspace) => ({
      engine: async () => {
        const engine = await workspace.engine()
        return delegate(engine, {
          write: (outputs, options) => {
            const judged = outputs.flatMap(({plan}) => judgedOf(plan) ?? [])
            compared.push(...judged.map(({judgements}) => judgements.flatMap(({when}) => filesComparedBy(when))))
            return engine.write(outputs, options)
          },
        })
      },
    }))

    expect(promoted).toMatchObject({state: 'committed', rows: {accepted: 1, unchanged: 1}})
    expect(new Set(compared.flat())).toEqual(new Set([before[2]]))
    expect(await weights()).toEqual({a1: 70, a2: 71, b1: 70, b2: 71, c1: 70, c2: 99})
  })

  it('is worked out again when another tool changed the table meanwhile, and loses nothing of either', async () => {
    let intrusions = 0
    const intruded = (workspace: Workspace): Partial<Workspace> => ({
      store: async () => {
        const store = await workspace.store()
        return delegate(store, {
          putIfAbsent: async (key, body, options) => {
            if (/^silver\/person\/_delta_log\/.*[0-9]\.json$/.test(key) && intrusions++ === 0) {
              const base = await readSnapshot(store, 'silver/person')
              const [first] = base?.files.values() ?? []
              if (base && first) await commit(store, 'silver/person', base, {mode: 'delete', remove: [first], add: []})
            }
            return store.putIfAbsent(key, body, options)
          },
        })
      },
    })

    const promoted = await deliver(person('a1', 90) + person('b1', 91), intruded)

    expect(promoted).toMatchObject({state: 'committed', version: 4, rows: {read: 2, accepted: 2}})
    expect(intrusions).toBe(2)
    expect(await weights()).toEqual({a1: 90, b1: 91, b2: 71, c1: 70, c2: 71})
  })
})
