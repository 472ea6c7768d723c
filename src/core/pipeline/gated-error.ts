// What a person needs who finds a batch gated: why, the line of the contract that says so, how to see it, and the ways out.
import {access} from 'node:fs/promises'
import path from 'node:path'
import {decideGate} from '../contract/decide-gate.ts'
import {HippoError, type Location} from '../errors/hippo-error.ts'
import type {CaptureRecord} from '../model/capture.ts'
import type {Contract} from '../model/contract.ts'
import {validateCommand} from '../model/validate-command.ts'
import type {ObjectStore} from '../store/object-store.ts'
import type {BatchAudit} from './audit-batch.ts'
import type {Workspace} from './ports.ts'
import type {BatchWork} from './promote-batch.ts'

/** SOURCE_GATED, placed at the clause of the contract that decided. */
export async function gatedError({context, batch, pins, prepared}: BatchWork, audit: BatchAudit): Promise<HippoError> {
  const {workspace, request} = context
  const {dataset} = pins.contract
  const record = (prepared.refused[0] ?? prepared.ready[0])?.record
  const file = record ? await receivedFile(workspace, await workspace.store(), record) : undefined
  const isOfTotals = audit.wrongTotals.length > 0 && audit.wrongTotals.length === audit.gatedBy.length
  const look = file && !isOfTotals ? `see it with ${validateCommand(workspace.root, {file, contract: pins.contract.path})}; ` : ''
  const full = request.full ? ' --full' : ''
  const skip = `hippo promote silver ${dataset}${full} --skip-batch ${batch.number} --reason TEXT`
  const at = prepared.refused.length > 0 ? undefined : decidingClause(pins.contract, audit)
  return new HippoError('SOURCE_GATED', {
    message: audit.gatedBy.join('; '),
    hint: isOfTotals
      ? `ask the sender for the whole file, or for the right total; leave batch ${batch.number} out with ${skip} and ingest what comes`
      : `${look}then correct the contract and promote again, or leave batch ${batch.number} out with ${skip}`,
    ...(at ? {at} : {}),
  })
}

/** Of the check that decided; of the one that most rows broke when it was their share that did. */
function decidingClause(contract: Contract, {checks, rows, reasons}: BatchAudit): Location | undefined {
  const clauses = new Map(contract.rules.map(({id, at}) => [id, at]))
  const ranked = Object.entries(reasons).toSorted(([, a], [, b]) => b - a)
  const {because} = decideGate(contract, checks, rows)
  return [...because, ...ranked.map(([id]) => id)].map((id) => clauses.get(id)).find((at) => at !== undefined)
}

/** Where the file can be read: as it was sent while it is still there, else as it is kept. */
async function receivedFile(
  workspace: Workspace,
  store: ObjectStore,
  {source, path: sent, key}: CaptureRecord,
): Promise<string | undefined> {
  const settings = workspace.config.sources[source]
  const original = settings?.kind === 'files' && !settings.pathsArePhi ? path.resolve(workspace.root, settings.path, sent) : undefined
  const isThere =
    original === undefined
      ? false
      : await access(original).then(
          () => true,
          () => false,
        )
  return isThere ? original : store.localPath(key)
}
