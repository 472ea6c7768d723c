// Expressions and plans in words close to SQL, for `explain` and `--dry-run`. Shows what a contract or model says (names,
// literals, patterns), never a row of data: files and inline rows appear as counts.
import type {DatePart, Expr, ScalarType} from './expr.ts'
import type {Judgement, Plan, ScanFile} from './plan.ts'

/** A type as people write it: `int64`, `decimal(12,2)`. */
export function printType(type: ScalarType): string {
  return typeof type === 'string' ? type : `decimal(${type.precision},${type.scale})`
}

/** One line; every compound part is in brackets. */
export function print(expr: Expr): string {
  switch (expr.kind) {
    case 'column':
      return printName(expr.name)
    case 'literal':
      return printValue(expr.value, expr.type)
    case 'isNull':
      return `${operand(expr.of)} is null`
    case 'not':
      return expr.of.kind === 'isNull' ? `${operand(expr.of.of)} is not null` : `not ${operand(expr.of)}`
    case 'and':
    case 'or':
      return expr.of.length === 0 ? String(expr.kind === 'and') : expr.of.map(operand).join(` ${expr.kind} `)
    case 'compare':
    case 'arithmetic':
      return `${operand(expr.left)} ${expr.operator} ${operand(expr.right)}`
    case 'isIn':
      return `${operand(expr.of)} in (${expr.values.map((value) => printValue(value, expr.type)).join(', ')})`
    case 'case':
      return `case ${expr.branches.map((branch) => `when ${print(branch.when)} then ${print(branch.then)}`).join(' ')} else ${print(expr.otherwise)} end`
    default:
      return printCall(expr)
  }
}

type Call = Exclude<
  Expr,
  {readonly kind: 'column' | 'literal' | 'isNull' | 'not' | 'and' | 'or' | 'compare' | 'arithmetic' | 'isIn' | 'case'}
>

function printCall(expr: Call): string {
  switch (expr.kind) {
    case 'matches':
      return call('matches', print(expr.of), quoted(expr.pattern))
    case 'checkDigit':
      return call(expr.algorithm, print(expr.of))
    case 'coalesce':
    case 'concat':
      return call(expr.kind, ...expr.of.map(print))
    case 'text':
      return call(expr.function, print(expr.of))
    case 'length':
    case 'dateOf':
    case 'asText':
      return call(expr.kind, print(expr.of))
    case 'substring':
      return call('substring', print(expr.of), String(expr.start), ...(expr.length === undefined ? [] : [String(expr.length)]))
    case 'replaceText':
      return call('replaceText', print(expr.of), quoted(expr.find), quoted(expr.by))
    case 'extract':
      return call('extract', print(expr.of), quoted(expr.before), quoted(expr.take), quoted(expr.after))
    case 'mapText': {
      const entries = expr.entries.map(([from, to]) => `${quoted(from)} → ${to === null ? 'null' : quoted(to)}`)
      return call('mapText', print(expr.of), ...entries, `otherwise ${print(expr.otherwise)}`)
    }
    case 'parse': {
      const formats = 'formats' in expr.as ? expr.as.formats.map(quoted) : []
      const options = [
        ...('plain' in expr.as && expr.as.plain === true ? ['plain'] : []),
        ...('offsetRequired' in expr.as && expr.as.offsetRequired === true ? ['offset required'] : []),
      ]
      return call('parse', print(expr.of), printType(expr.as.type), ...formats, ...options)
    }
    case 'elapsed':
      return call(`${expr.unit}s`, print(expr.from), print(expr.to))
    case 'instantOf':
      return call('instantOf', print(expr.of), quoted(expr.zone), expr.twice)
    case 'datePart':
      return call(expr.part satisfies DatePart, print(expr.of))
    case 'isDuplicated':
      return call('isDuplicated', ...expr.key.map(printName), ...(expr.unlessSame ? [`unless same ${names(expr.unlessSame)}`] : []))
    case 'isRepeat':
      return call('isRepeat', ...expr.key.map(printName), `with equal ${names(expr.columns)}`)
    case 'isSuperseded':
      return call('isSuperseded', ...expr.key.map(printName), `by ${printName(expr.by)}`)
    case 'overlaps': {
      const where = expr.where === undefined ? [] : [`where ${print(expr.where)}`]
      const same = expr.unlessSame === undefined ? [] : [`unless same ${names(expr.unlessSame)}`]
      return call('overlaps', ...expr.key.map(printName), `from ${printName(expr.start)} to ${printName(expr.end)}`, ...where, ...same)
    }
    case 'isOutvoted': {
      const votes = `${expr.percent} % of at least ${expr.minRows} rows`
      const undecided = expr.undecidedAreBad === true ? ['or nothing decided'] : []
      return call('isOutvoted', printName(expr.of), `by ${votes} with equal ${names(expr.key)}`, ...undecided)
    }
    case 'isFarOut': {
      const where = expr.where === undefined ? [] : [`where ${print(expr.where)}`]
      const among = `by ${expr.limit} ${expr.method} among at least ${expr.minRows} rows with equal ${names(expr.key)}`
      return call('isFarOut', printName(expr.of), among, ...where)
    }
    case 'previous': {
      const where = expr.where === undefined ? [] : [`where ${print(expr.where)}`]
      return call('previous', printName(expr.of), `by ${printName(expr.by)} with equal ${names(expr.key)}`, ...where)
    }
    case 'existsIn':
      return call('existsIn', ...expr.key.map(print), `in ${printRelation(expr.relation)} on ${names(expr.on)}`)
    case 'lookup':
      return call('lookup', ...expr.key.map(print), `${printName(expr.take)} of ${printRelation(expr.relation)} on ${names(expr.on)}`)
    case 'isSameIn':
      return call('isSameIn', ...expr.key.map(printName), `equal ${names(expr.columns)} in ${printRelation(expr.relation)}`)
  }
}

const call = (name: string, ...parts: readonly string[]): string => `${name}(${parts.join(', ')})`
const quoted = (value: string): string => JSON.stringify(value)
const names = (list: readonly string[]): string => (list.length === 0 ? 'nothing' : list.map(printName).join(' '))

function printName(name: string): string {
  return /^[A-Za-z_][0-9A-Za-z_]*$/.test(name) ? name : `\`${name}\``
}

function printValue(value: string | number | bigint | boolean | null, type: ScalarType): string {
  if (value === null) return 'null'
  if (typeof value !== 'string') return String(value)
  return type === 'string' ? quoted(value) : `${printType(type)} ${quoted(value)}`
}

function operand(expr: Expr): string {
  const printed = print(expr)
  const compound = ['and', 'or', 'not', 'isNull', 'compare', 'arithmetic', 'isIn', 'case'].includes(expr.kind)
  return compound ? `(${printed})` : printed
}

function printRelation(plan: Plan): string {
  return `[${printPlan(plan)
    .split('\n')
    .map((line) => line.trim())
    .join(' < ')}]`
}

/** One line a node, inputs indented below what reads them. */
export function printPlan(plan: Plan): string {
  return planLines(plan)
    .map(({depth, text}) => `${'  '.repeat(depth)}${text}`)
    .join('\n')
}

interface Line {
  readonly depth: number
  readonly text: string
}

function planLines(plan: Plan, depth = 0): readonly Line[] {
  const line = (text: string): Line => ({depth, text})
  switch (plan.kind) {
    case 'scan': {
      const rowNumber = plan.rowNumber === undefined ? '' : `, ${printName(plan.rowNumber)} counts rows`
      return [
        line(
          `scan ${printFiles(plan.files)}: ${plan.columns.map(({name, type}) => `${printName(name)} ${printType(type)}`).join(', ')}${rowNumber}`,
        ),
      ]
    }
    case 'values':
      return [
        line(
          `values ${counted(plan.rows.length, 'row')}: ${plan.columns.map(({name, type}) => `${printName(name)} ${printType(type)}`).join(', ')}`,
        ),
      ]
    case 'derive':
    case 'select': {
      const columns = plan.columns.map(({name, expr}) =>
        expr.kind === 'column' && expr.name === name ? printName(name) : `${printName(name)} = ${print(expr)}`,
      )
      return [line(`${plan.kind} ${columns.join(', ')}`), ...planLines(plan.input, depth + 1)]
    }
    case 'filter':
      return [line(`filter ${print(plan.where)}`), ...planLines(plan.input, depth + 1)]
    case 'group': {
      const found = plan.aggregates.map(({name, function: kind, of, share}) => {
        const parts = [...(of === undefined ? [] : [print(of)]), ...(share === undefined ? [] : [String(share)])]
        return `${printName(name)} = ${call(kind, ...parts)}`
      })
      return [line(`group by ${names(plan.by)}: ${found.join(', ')}`), ...planLines(plan.input, depth + 1)]
    }
    case 'union':
      return [line(`union of ${counted(plan.inputs.length, 'input')}`), ...plan.inputs.flatMap((input) => planLines(input, depth + 1))]
    case 'verdict': {
      const judgements = plan.of.judgements.map((judgement) => ({depth: depth + 1, text: printJudgement(judgement)}))
      const reasons = plan.reasons === undefined ? '' : `, reasons in ${printName(plan.reasons)}`
      return [line(`${plan.is} rows${reasons}`), ...judgements, ...planLines(plan.of.input, depth + 1)]
    }
  }
}

function printJudgement({id, when, effect}: Judgement): string {
  return `${effect} ${id}: ${print(when)}`
}

function printFiles(files: readonly ScanFile[]): string {
  const formats = new Set(files.map(({format}) => format.kind))
  return counted(files.length, formats.size === 1 ? `${[...formats].join()} file` : 'file')
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
