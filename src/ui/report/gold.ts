// What `hippo promote gold` built: a line a model, checks that did not pass, and what readers see of it (nothing yet).
import type {GoldResult, ModelPromotion} from '../../core/model/run.ts'
import {checkLines} from './checks.ts'
import {formatCount, formatPlural} from './format.ts'
import {headline, wrap} from './lines.ts'
import {type Paper, plain} from './paper.ts'
import {type Mark, markOf, shape} from './state-word.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

/** The text report of one promotion to gold. */
export function goldReport({run, models}: GoldResult, paper: Paper): string {
  const columns = [
    {title: '  model', flexible: true},
    {title: 'kind'},
    {title: 'rows', align: 'right'},
    {title: 'version', align: 'right'},
    {title: 'state'},
  ] as const
  const rows = models.map((model) => [
    `${shape(paper, markOf(model.state))} ${untrusted(model.model)}`,
    model.materialization,
    formatCount(model.rows),
    String(model.version),
    model.state,
  ])
  return [
    ...table(paper, columns, rows),
    ...models.flatMap((model) => trouble(model, paper)),
    ...headline(paper, {...summary(models), durationMs: run.durationMs}),
  ].join('\n')
}

function trouble(model: ModelPromotion, paper: Paper): readonly string[] {
  const lines = checkLines(model.checks, paper)
  const {error} = model
  const failure =
    error === undefined
      ? []
      : wrap(paper, plain(paper, `${shape(paper, 'failed')} ${untrusted(model.model)}: ${untrusted(error.message)}`), 2, 4)
  const hint = error?.hint === undefined ? [] : wrap(paper, `next: ${plain(paper, untrusted(error.hint))}`, 4, 10)
  return lines.length + failure.length === 0 ? [] : [`  ${untrusted(model.model)}`, ...lines, ...failure, ...hint]
}

function summary(models: readonly ModelPromotion[]): {mark: Mark; text: string; next?: string} {
  const built = models.filter(({state}) => state === 'committed').length
  const stopped = models.filter(({state}) => state === 'gated' || state === 'failed').length
  if (stopped > 0)
    return {
      mark: 'failed',
      text: `${formatPlural(built, 'model')} built, ${formatPlural(stopped, 'model')} not; readers see what they saw before`,
    }
  if (built === 0) return {mark: 'waiting', text: 'nothing new to build'}
  return {mark: 'ok', text: `${formatPlural(built, 'model')} built; readers see them after publish`, next: 'hippo publish'}
}
