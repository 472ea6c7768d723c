// From drafts to rule clauses: ids that are unique and stable, defaults, and every parameter checked against the rule's
// kind and the contract's columns. A clause that fails is reported at its place and left out.

import type {Location} from '../errors/hippo-error.ts'
import {nearest} from '../errors/nearest.ts'
import type {ScalarType} from '../expr/expr.ts'
import {type Column, isProtected, type OnFailure, type RuleClause} from '../model/contract.ts'
import type {DatasetRule, RowRule, RuleKind} from '../rules/define-rule.ts'
import {ruleKinds} from '../rules/index.ts'
import type {ContractFile, Path} from './contract-file.ts'
import type {ClauseDraft} from './draft.ts'
import {guardColumns, guardComplaint, splitGuard} from './guard.ts'
import {scalarType} from './scalar-type.ts'

/** Ids that mean something else among the reasons of a promotion. */
const reservedIds = ['duplicate', 'unchanged', 'waived', 'maxQuarantinePercent']

export function finishClauses(file: ContractFile, drafts: readonly ClauseDraft[], columns: readonly Column[]): readonly RuleClause[] {
  const ids = giveIds(file, drafts)
  const types = Object.fromEntries(columns.map((column) => [column.name, scalarType(column)]))
  return drafts.flatMap((draft, index) => {
    const kind = ruleKinds.get(draft.kind)
    if (draft.notCheckedBecause !== undefined) return [clause(file, draft, {id: ids[index] ?? '', kind, params: draft.params})]
    if (kind === undefined) {
      const close = nearest(draft.kind, ruleKinds.keys())
      file.report({
        code: 'CONTRACT_RULE_INVALID',
        message: `unknown rule ${draft.kind}`,
        hint: close === undefined ? `known: ${[...ruleKinds.keys()].join(', ')}` : `did you mean ${close}?`,
        at: file.locate(draft.paramPath?.('rule') ?? draft.path),
      })
      return []
    }
    const verdict = checkClause(file, draft, kind, {types, columns})
    if (verdict === 'refused') return []
    const because = verdict === undefined ? {} : {notCheckedBecause: verdict.notCheckedBecause}
    return [{...clause(file, draft, {id: ids[index] ?? '', kind, params: draft.params}), ...because}]
  })
}

/** Explicit ids first, so that adding an id to one clause never renames another; then defaults in reading order. */
function giveIds(file: ContractFile, drafts: readonly ClauseDraft[]): readonly string[] {
  const owners = new Map<string, Path>()
  const ids: string[] = []
  const take = (base: string, path: Path): string => {
    let id = base
    for (let n = 2; owners.has(id); n++) id = `${base}.${n}`
    owners.set(id, path)
    return id
  }
  for (const [index, {id, path}] of drafts.entries()) {
    if (id === undefined) continue
    const owner = owners.get(id)
    const problem = reservedIds.includes(id)
      ? 'is reserved'
      : owner !== undefined && owner.join() !== path.join()
        ? 'is used twice'
        : undefined
    if (problem !== undefined) file.report({code: 'CONTRACT_INVALID', message: `quality id ${id} ${problem}`, at: file.locate(path)})
    ids[index] = take(id, path)
  }
  for (const [index, {id, kind, as = kind, column, path, hard}] of drafts.entries()) {
    const tier = hard === undefined ? '' : '.soft'
    if (id === undefined) ids[index] = take(`${column === undefined ? as : `${column}.${as}`}${tier}`, path)
  }
  return ids
}

function clause(
  file: ContractFile,
  draft: ClauseDraft,
  {id, kind, params}: {id: string; kind: RuleKind | undefined; params: unknown},
): RuleClause {
  const threshold = draft.threshold ?? {max: 0, unit: 'rows'}
  const severity = draft.severity ?? (draft.onFailure === 'warn' ? 'warning' : (kind?.severity ?? 'error'))
  // Rows under a tolerance are accepted until there are too many; then the dataset, not the row, is at fault.
  const byDefault: OnFailure = severity !== 'error' ? 'warn' : threshold.max > 0 || kind?.scope === 'dataset' ? 'fail' : 'quarantine'
  return {
    id,
    kind: draft.kind,
    ...(draft.column === undefined ? {} : {column: draft.column}),
    params,
    severity,
    onFailure: draft.onFailure ?? byDefault,
    dimension: draft.dimension ?? kind?.dimension ?? 'conformity',
    kahn: draft.kahn ?? kind?.kahn ?? 'conformance.value',
    threshold,
    ...(draft.hard === undefined ? {} : {hard: draft.hard}),
    at: file.locate(draft.path),
    ...(draft.notCheckedBecause === undefined ? {} : {notCheckedBecause: draft.notCheckedBecause}),
    ...(draft.offBecause === undefined ? {} : {offBecause: draft.offBecause}),
    ...(draft.waiver === undefined ? {} : {waiver: draft.waiver}),
  }
}

type Types = Readonly<Record<string, ScalarType>>
type Verdict = 'refused' | {readonly notCheckedBecause: string} | undefined

function checkClause(
  file: ContractFile,
  draft: ClauseDraft,
  kind: RuleKind,
  {types, columns}: {readonly types: Types; readonly columns: readonly Column[]},
): Verdict {
  const at = file.locate(draft.path)
  const place = (param: string): Location => file.locate(draft.paramPath?.(param) ?? draft.path)
  const refuse = (message: string, hint?: string, where = at): Verdict => {
    file.report({code: 'CONTRACT_RULE_INVALID', message, at: where, ...(hint === undefined ? {} : {hint})})
    return 'refused'
  }
  try {
    const {guard, params: raw} = splitGuard(draft.params, at)
    const params = kind.parse(raw, at)
    const named = [...(kind.columns?.(params) ?? []), ...(guard === undefined ? [] : guardColumns(guard))]
    const unknown = named.find((name) => !Object.hasOwn(types, name))
    if (unknown !== undefined) {
      const close = nearest(unknown, Object.keys(types))
      const param = Object.entries(draft.params).find(([, value]) => JSON.stringify(value)?.includes(JSON.stringify(unknown)))?.[0]
      return refuse(
        `rule ${draft.kind}: there is no column ${unknown}`,
        close === undefined ? undefined : `did you mean ${close}?`,
        place(param ?? ''),
      )
    }
    const complaint = guard === undefined ? undefined : guardComplaint(guard, types)
    if (complaint !== undefined) return refuse(complaint, undefined, place('when'))
    if (kind.scope === 'row') return checkRowRule(draft, kind, {params, types, refuse})
    if (guard !== undefined) return refuse(`rule ${draft.kind}: when is for rules about rows`, undefined, place('when'))
    const unfit = datasetComplaint(draft, kind, {params, types, columns})
    if (unfit !== undefined) return refuse(`rule ${draft.kind} ${unfit}`)
    return draft.onFailure === 'quarantine'
      ? refuse(`rule ${draft.kind} is about the dataset: it has no rows to quarantine`, 'use warn, reject or fail')
      : undefined
  } catch (error) {
    file.reportError(error, place)
    return 'refused'
  }
}

/** Why a rule about the dataset cannot stand where it does. */
function datasetComplaint(
  draft: ClauseDraft,
  kind: DatasetRule<unknown>,
  {params, types, columns}: {readonly params: unknown; readonly types: Types; readonly columns: readonly Column[]},
): string | undefined {
  if (kind.standsUnder !== 'column') return undefined
  const column = columns.find(({name}) => name === draft.column)
  if (column === undefined) return 'is about a column: put it under the quality of a property'
  const complaint = kind.complaint?.(params, {type: scalarType(column), columns: types, isProtected: isProtected(column)})
  return complaint === undefined ? undefined : `cannot judge ${column.name}: ${complaint}`
}

interface RowRuleCheck {
  readonly params: unknown
  readonly types: Types
  readonly refuse: (message: string, hint?: string) => Verdict
}

function checkRowRule(draft: ClauseDraft, kind: RowRule<unknown>, {params, types, refuse}: RowRuleCheck): Verdict {
  if (draft.column === undefined && !kind.standsAlone?.(params))
    return refuse(`rule ${draft.kind} is about a column`, 'put it under the quality of a property')
  const complaint = kind.complaint?.(params, types[draft.column ?? ''] ?? 'string', types)
  if (complaint === undefined) return undefined
  // A native option that ODCS allows but hippo cannot judge is no mistake of the contract's author.
  if (draft.kind === 'multipleOf') return {notCheckedBecause: complaint}
  return refuse(`rule ${draft.kind}: ${complaint}`)
}
