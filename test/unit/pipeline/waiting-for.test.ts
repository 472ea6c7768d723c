import {describe, expect, it} from 'vitest'
import type {Config} from '../../../src/core/config/config.ts'
import {readContract} from '../../../src/core/contract/read-contract.ts'
import {commit} from '../../../src/core/delta/commit.ts'
import {readSnapshot} from '../../../src/core/delta/snapshot.ts'
import {promotionAppId} from '../../../src/core/lake/layout.ts'
import type {Batch} from '../../../src/core/model/capture.ts'
import {type WaitingContext, waitingFor} from '../../../src/core/pipeline/waiting-for.ts'
import {memoryStore} from '../../../src/core/store/memory/memory-store.ts'
import {recordingStore} from '../../support/recording-store.ts'

const contractOf = (dataset: string, properties: string) =>
  readContract(
    `${dataset}.odcs.yaml`,
    `apiVersion: v3.1.0
kind: DataContract
id: ${dataset}
version: 1.0.0
status: active
schema:
  - name: ${dataset}
    properties:
${properties}`,
  )

const patient = contractOf('patient', '      - {name: id, logicalType: string}\n')
const visit = contractOf('visit', '      - {name: patient, logicalType: string, relationships: [{to: patient.id}]}\n')

const at = '2026-01-01T00:00:00Z'
const batchOf = (number: number, ...datasets: readonly string[]): Batch => ({
  number,
  run: 'run',
  createdAt: at,
  files: datasets.map((dataset) => ({
    source: 'files',
    dataset,
    path: `${dataset}.csv`,
    sizeBytes: 1,
    sha256: `${number}`,
    key: 'key',
    compression: 'none',
    receivedAt: at,
    modifiedAt: at,
  })),
})

function clinic(...batches: readonly Batch[]) {
  const {store, take} = recordingStore(memoryStore())
  const config = {name: 'clinic'} as Config
  const context: WaitingContext = {
    workspace: {store: async () => store, config},
    contract: visit,
    contracts: [patient, visit],
    batches,
    reached: new Map(),
  }
  const promotePatient = async (version: number) => {
    const table = 'silver/patient'
    const txn = {appId: promotionAppId(table), version}
    const fields = [{name: 'id', type: 'string', nullable: true}] as const
    await commit(store, table, await readSnapshot(store, table), {mode: 'append', add: [], fields, txn})
    take()
  }
  return {context, promotePatient, reads: () => take().filter((request) => request.startsWith('list silver/patient/')).length}
}

describe('waitingFor', () => {
  const batches = [1, 2, 3].map((number) => batchOf(number, 'patient', 'visit'))

  it('reads a parent once, however many batches ask for it', async () => {
    const {context, promotePatient, reads} = clinic(...batches)
    await promotePatient(3)

    const answers = []
    for (const batch of batches) answers.push(await waitingFor(context, batch))

    expect(answers).toEqual([undefined, undefined, undefined])
    expect(reads()).toBe(1)
  })

  it('reads a parent again before it lets a batch wait: the parent may have gone on meanwhile', async () => {
    const {context, promotePatient} = clinic(...batches)
    const [first = batchOf(0), second = batchOf(0)] = batches
    await promotePatient(1)

    const before = [await waitingFor(context, first), await waitingFor(context, second)]
    await promotePatient(2)
    const after = await waitingFor(context, second)

    expect(before).toEqual([undefined, {dataset: 'patient', batch: 2}])
    expect(after).toBeUndefined()
  })

  it('asks nothing of a parent that no batch up to its own feeds', async () => {
    const {context, reads} = clinic(batchOf(1, 'visit'), batchOf(2, 'patient'))

    expect(await waitingFor(context, batchOf(1, 'visit'))).toBeUndefined()
    expect(reads()).toBe(0)
  })
})
