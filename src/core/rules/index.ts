// The kinds of rules a contract can ask for, by the name it uses.
import {acceptedByCode} from './accepted-by-code.ts'
import {acceptedValues} from './accepted-values.ts'
import {codeFormat} from './code-format.ts'
import {completeness} from './completeness.ts'
import {coverage} from './coverage.ts'
import type {RuleKind} from './define-rule.ts'
import {drift} from './drift.ts'
import {expression} from './expression.ts'
import {freshness} from './freshness.ts'
import {functionalDependency} from './functional-dependency.ts'
import {jump} from './jump.ts'
import {length} from './length.ts'
import {memberOfTable} from './member-of-table.ts'
import {multipleOf} from './multiple-of.ts'
import {nearDuplicate} from './near-duplicate.ts'
import {notInFuture} from './not-in-future.ts'
import {outlier} from './outlier.ts'
import {overlap} from './overlap.ts'
import {pattern} from './pattern.ts'
import {plausibleRange} from './plausible-range.ts'
import {range} from './range.ts'
import {rangeByCode} from './range-by-code.ts'
import {rangeByTable} from './range-by-table.ts'
import {reference} from './reference.ts'
import {required} from './required.ts'
import {requiredByTable} from './required-by-table.ts'
import {retention} from './retention.ts'
import {rowCount} from './row-count.ts'
import {sexSpecific} from './sex-specific.ts'
import {sql} from './sql.ts'
import {step} from './step.ts'
import {swapped} from './swapped.ts'
import {temporalOrder} from './temporal-order.ts'
import {type} from './type.ts'
import {unique} from './unique.ts'
import {unit} from './unit.ts'
import {valueSet} from './value-set.ts'
import {volume} from './volume.ts'

const kinds = [
  required,
  type,
  step,
  unique,
  range,
  multipleOf,
  length,
  pattern,
  acceptedValues,
  codeFormat,
  valueSet,
  unit,
  reference,
  functionalDependency,
  temporalOrder,
  notInFuture,
  plausibleRange,
  rangeByTable,
  rangeByCode,
  memberOfTable,
  acceptedByCode,
  sexSpecific,
  requiredByTable,
  expression,
  overlap,
  outlier,
  jump,
  swapped,
  rowCount,
  volume,
  completeness,
  coverage,
  freshness,
  retention,
  drift,
  nearDuplicate,
  sql,
]

export const ruleKinds: ReadonlyMap<string, RuleKind> = new Map(kinds.map((kind) => [kind.name, kind]))
