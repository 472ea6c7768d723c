// Which rules a try is about: those of a draft that the contract in force does not have in the same words. The others stand beside
// them, so that it can be told what is caught already.
import path from 'node:path'
import {withDefaultSource} from '../../contract/default-source.ts'
import {isSame} from '../../contract/diff/change.ts'
import {withDraftRule} from '../../contract/draft-rule.ts'
import {readContractFile} from '../../contract/read-contract.ts'
import {withReferenceFiles} from '../../contract/reference-files.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import type {Contract, RuleClause} from '../../model/contract.ts'
import type {CheckId} from '../../model/names.ts'
import type {Workspace} from '../ports.ts'

export interface ChosenRules {
  /** The draft with the standing rules of the contract in force beside its own. */
  readonly contract: Contract
  readonly tried: ReadonlySet<CheckId>
}

export interface DraftSource {
  /** File of a draft contract. */
  readonly contract?: string
  /** One rule as YAML. */
  readonly rule?: string
}

/** CONFIG_USAGE when the draft says nothing that is not in force. */
export async function chooseRules({config}: Workspace, present: Contract, {contract: file, rule}: DraftSource): Promise<ChosenRules> {
  const draft =
    file === undefined
      ? await withReferenceFiles(withDraftRule(present, rule ?? ''))
      : withDefaultSource(await readContractFile(path.resolve(file)), config.sources)
  if (draft.dataset !== present.dataset)
    throw new HippoError('CONFIG_USAGE', {message: `the draft is a contract of ${draft.dataset}, not of ${present.dataset}`})
  const inForce = new Map(present.rules.map((clause) => [clause.id, clause]))
  const isNew = (clause: RuleClause): boolean => !isSame(meaningOf(clause), meaningOf(inForce.get(clause.id)))
  const tried = draft.rules.filter(isNew)
  if (tried.length === 0)
    throw new HippoError('CONFIG_USAGE', {message: `the draft has no rule that the contract of ${present.dataset} does not have`})
  const names = new Set(tried.map(({id}) => id))
  const columns = new Set(draft.columns.map(({name}) => name))
  // A rule that the draft changes still stands as it is, under a name of its own.
  const standing = present.rules
    .filter(({column}) => column === undefined || columns.has(column))
    .map((clause) => (names.has(clause.id) ? {...clause, id: `${clause.id} (in force)`} : clause))
  return {contract: {...draft, rules: [...tried, ...standing]}, tried: names}
}

const meaningOf = (clause: RuleClause | undefined): unknown =>
  clause && {kind: clause.kind, column: clause.column, params: clause.params, hard: clause.hard}
