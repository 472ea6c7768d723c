// The rules of a contract that want a row of another dataset to exist.

import type {Contract} from '../model/contract.ts'
import type {CheckId, DatasetName} from '../model/names.ts'
import {parseOn} from '../rules/relation-key.ts'
import {ruleParams} from '../rules/rule-params.ts'
import {splitGuard} from './guard.ts'

export interface ReferenceRule {
  readonly id: CheckId
  readonly dataset: DatasetName
  /** Column of the other dataset -> own column. */
  readonly on: Readonly<Record<string, string>>
}

export function referenceRules(contract: Contract): readonly ReferenceRule[] {
  return contract.rules
    .filter(({kind, notCheckedBecause}) => kind === 'reference' && notCheckedBecause === undefined)
    .map(({id, params, at}) => {
      const read = ruleParams('reference', splitGuard(params, at).params, at, ['dataset', 'on'])
      return {id, dataset: read.needText('dataset'), on: parseOn(read)}
    })
}
