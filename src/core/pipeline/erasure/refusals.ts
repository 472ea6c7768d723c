// What stops an erasure before it changes anything: holds, tables and files that cannot be read, work that is half done, and data of
// which nothing says whose it is. Locks in the store are in `past-versions.ts`.
import {readSnapshot} from '../../delta/snapshot.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import {layout, promotionAppId} from '../../lake/layout.ts'
import type {Contract} from '../../model/contract.ts'
import {finishRebuild} from '../replace-tables.ts'
import {silverContracts} from '../select-datasets.ts'
import type {ErasedDataset, Erasure, Found, Search} from './erasure.ts'

/** A hold on a dataset keeps all its rows. */
export function refuseHeld(contracts: readonly Contract[]): void {
  const held = contracts.filter(({legalHold}) => legalHold !== undefined)
  const [first] = held
  if (!first) return
  throw new HippoError('CONTRACT_HELD', {
    message: `a legal hold is on ${held.map(({dataset}) => dataset).join(', ')}: ${first.legalHold}; nothing was erased`,
    hint: `it ends when hippoLegalHold is taken out of ${first.path}`,
  })
}

export const personHeld = ({reason, run}: {readonly reason: string; readonly run: string}) =>
  new HippoError('CONTRACT_HELD', {
    message: `a legal hold is on the person: ${reason}; nothing was erased`,
    hint: `it ends with hippo hold release ${run} --reason TEXT`,
  })

/** Rows of the person that are also somebody's who is under a hold can neither go nor be left. */
export function refuseKept(kept: readonly Found[]): void {
  if (kept.length === 0) return
  const places = kept.map(({location, dataset, rows}) => `${rows} in ${location}${dataset ? ` ${dataset}` : ''}`)
  throw new HippoError('CONTRACT_HELD', {
    message: `a legal hold is on another person of whom some of the rows are, too (${places.join(', ')}); nothing was erased`,
    hint: 'hippo hold list names the holds',
  })
}

/** A table that no contract speaks of may hold the person in columns that nobody can name. */
export async function assertAllRead({store, workspace}: Erasure): Promise<void> {
  const known = new Set(silverContracts(await workspace.contracts()).map(({dataset}) => dataset))
  const tables = new Set<string>()
  for (const layer of ['silver', 'quarantine']) {
    for await (const {key} of store.list(`${layer}/`)) tables.add(key.split('/').slice(0, 2).join('/'))
  }
  const unread = [...tables].filter((table) => !known.has(table.split('/')[1] ?? ''))
  if (unread.length === 0) return
  throw new HippoError('RUN_INCOMPLETE', {
    message: `no contract says what ${unread.join(', ')} holds: it cannot be searched; nothing was erased`,
    hint: 'bring the contract back, from version control or from the lake (contracts/), until the erasure is done',
  })
}

/** A promotion that died between its two commits counts its rows again when it is finished: bronze must be as it was until then. */
export async function assertFinished({contract: {dataset}, context}: ErasedDataset): Promise<void> {
  const {workspace} = context
  const store = await workspace.store()
  const reached = async (layer: 'silver' | 'quarantine') => {
    const table = layout.table(layer, dataset)
    return (await readSnapshot(store, table))?.txns.get(promotionAppId(table))?.version ?? 0
  }
  if ((await reached('quarantine')) > (await reached('silver'))) {
    throw new HippoError('RUN_INCOMPLETE', {
      message: `a promotion of ${dataset} was interrupted and must be finished first; nothing was erased`,
      hint: `hippo promote silver ${dataset}`,
    })
  }
  const silver = await readSnapshot(store, layout.table('silver', dataset))
  if (silver) await finishRebuild(context, silver)
}

/** Files that cannot be read as records but name the person: removed whole, or by nobody's mistake. */
export function refuseUnreadable({erasure, bronze, batches}: Search): void {
  const whole = bronze.filter(({what}) => what.kind === 'whole')
  if (whole.length === 0 || erasure.dropUnreadable) return
  const keys = new Set(whole.map(({key}) => key))
  const places = batches.flatMap(({number, files}) =>
    files.flatMap((file, index) => (keys.has(file.key) ? [`file ${index + 1} of batch ${number}`] : [])),
  )
  throw new HippoError('RUN_INCOMPLETE', {
    message: `${places.length} captured files hold the id but cannot be read as records: ${places.slice(0, 10).join(', ')}; nothing was erased`,
    hint: 'write or mend the contract that reads them, or empty these files as a whole with --drop-unreadable',
  })
}

/** The person stands in files of a dataset of which nothing says whose its rows are: they would be left, or rows of others lost. */
export function refuseMentioned({mentions}: Search): void {
  if (mentions.length === 0) return
  const byDataset = [...Map.groupBy(mentions, ({dataset}) => dataset)].map(([dataset, some]) => `${dataset} (${some.length})`)
  throw new HippoError('RUN_INCOMPLETE', {
    message: `received files of datasets without a reference to persons hold the id: ${byDataset.join(', ')}; nothing was erased`,
    hint: 'give their contracts a reference to the dataset of persons, or hippoNoPersonData: true where the text means something else',
  })
}
