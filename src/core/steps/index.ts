// The kinds of steps a contract can ask for, by the name it uses.
import {changeCase} from './change-case.ts'
import {convertUnit} from './convert-unit.ts'
import {convertedUnit} from './converted-unit.ts'
import {cutText} from './cut-text.ts'
import {decimal} from './decimal.ts'
import type {StepKind} from './define-step.ts'
import {dropComparator} from './drop-comparator.ts'
import {dropUnit} from './drop-unit.ts'
import {emptyAsNull} from './empty-as-null.ts'
import {joinText} from './join-text.ts'
import {keepWhen} from './keep-when.ts'
import {localTime} from './local-time.ts'
import {lookup} from './lookup.ts'
import {mapValues} from './map-values.ts'
import {nameCase} from './name-case.ts'
import {normalize} from './normalize.ts'
import {nullIf} from './null-if.ts'
import {parseDate} from './parse-date.ts'
import {phone} from './phone.ts'
import {replaceText} from './replace-text.ts'
import {rescaleUnit} from './rescale-unit.ts'
import {splitText} from './split-text.ts'
import {takeComparator} from './take-comparator.ts'
import {trim} from './trim.ts'
import {ucumUnit} from './ucum-unit.ts'

const kinds = [
  trim,
  normalize,
  emptyAsNull,
  nullIf,
  mapValues,
  changeCase,
  nameCase,
  replaceText,
  splitText,
  cutText,
  joinText,
  dropUnit,
  ucumUnit,
  convertUnit,
  convertedUnit,
  rescaleUnit,
  decimal,
  takeComparator,
  dropComparator,
  parseDate,
  localTime,
  phone,
  keepWhen,
  lookup,
]

export const stepKinds: ReadonlyMap<string, StepKind> = new Map(kinds.map((kind) => [kind.name, kind]))
