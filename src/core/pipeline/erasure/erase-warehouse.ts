// Brings the warehouse after an erasure in silver: models are built again from the silver of now and made live, then every relation
// from before is dropped. What readers see is never missing in between.
import {recordDroppedVersions} from '../../catalog/writer.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import {codeOf} from '../../postgres/connection-errors.ts'
import {raw} from '../../postgres/sql.ts'
import {quoteName, servedView} from '../../warehouse/names.ts'
import {liveVersion} from '../../warehouse/publish.ts'
import {promoteGold} from '../promote-gold.ts'
import {publish} from '../publish.ts'
import type {Erasure} from './erasure.ts'
import type {StaleRelation} from './search-warehouse.ts'

export async function eraseWarehouse(erasure: Erasure, stale: readonly StaleRelation[]): Promise<void> {
  if (stale.length === 0) return
  await replaceLive(erasure, stale)
  for (const relation of stale) await drop(erasure, relation)
}

/** Stale versions that readers see. */
async function liveOf({run}: Erasure, stale: readonly StaleRelation[]): Promise<readonly StaleRelation[]> {
  const live: StaleRelation[] = []
  for (const one of stale) if ((await liveVersion(run.database, servedView(one.layer, one.of))) === one.version) live.push(one)
  return live
}

async function replaceLive(erasure: Erasure, stale: readonly StaleRelation[]): Promise<void> {
  const {workspace, run} = erasure
  const live = await liveOf(erasure, stale)
  const known = new Set((await workspace.models()).map(({name}) => name))
  const models = live.filter(({layer, of}) => layer === 'gold' && known.has(of)).map(({of}) => of)
  if (models.length > 0) {
    const options = {models, signal: run.signal, parent: run.id, waitLockSeconds: 600}
    await promoteGold(workspace, options)
    await publish(workspace, {...options, needsNoApproval: true})
  }
  for (const {layer, of} of await liveOf(erasure, live)) {
    if (known.has(of) && layer === 'gold') throw stillLive(of)
    // Nothing makes it any more: a model whose file is gone, or a dataset that no model reads.
    await run.database.query(raw(`drop view ${quoteName(servedView(layer, of))}`)).catch((error: unknown) => {
      throw codeOf(error) === '2BP01' ? dependedOn(`${layer}.${of}`, error) : error
    })
  }
}

async function drop({run}: Erasure, {layer, of, version, relation, kind}: StaleRelation): Promise<void> {
  try {
    await run.database.transaction(async (tx) => {
      await tx.query(raw("set local lock_timeout = '10s'"))
      await tx.query(raw(`drop ${kind} if exists ${quoteName(relation)}`))
      if (layer === 'gold') await recordDroppedVersions(tx, of, [version])
    })
  } catch (error) {
    if (codeOf(error) === '2BP01') throw dependedOn(`${layer}.${of}`, error)
    if (codeOf(error) !== '55P03') throw error
    throw new HippoError('RUN_LOCKED', {message: `readers hold version ${version} of ${layer}.${of}, which is to be dropped`, cause: error})
  }
}

const stillLive = (model: string) =>
  new HippoError('RUN_INCOMPLETE', {
    message: `the live version of model ${model} was made before the erasure, and a new one could not be built`,
    hint: `see why with hippo promote gold ${model}, mend it, then run the same command again`,
  })

const dependedOn = (name: string, cause: unknown) =>
  new HippoError('RUN_INCOMPLETE', {
    message: `a version of ${name} from before the erasure cannot be dropped: an object that hippo did not make is built on it`,
    hint: 'drop that object, then run the same command again',
    cause,
  })
