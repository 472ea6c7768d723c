// The kinds of steps a contract can ask for, by the name it uses.
import {changeCase} from './change-case.ts'
import type {StepKind} from './define-step.ts'
import {dropUnit} from './drop-unit.ts'
import {emptyAsNull} from './empty-as-null.ts'
import {keepWhen} from './keep-when.ts'
import {lookup} from './lookup.ts'
import {mapValues} from './map-values.ts'
import {nullIf} from './null-if.ts'
import {replaceText} from './replace-text.ts'
import {trim} from './trim.ts'

const kinds = [trim, emptyAsNull, nullIf, mapValues, changeCase, replaceText, dropUnit, keepWhen, lookup]

export const stepKinds: ReadonlyMap<string, StepKind> = new Map(kinds.map((kind) => [kind.name, kind]))
