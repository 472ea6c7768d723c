// What `hippo validate` judged: a line a dataset, then every check that did not pass.
import type {ValidationResult} from '../../core/model/run.ts'
import {checkLines, checkSummary} from './checks.ts'
import {formatPlural, formatScore} from './format.ts'
import {headline, wrap} from './lines.ts'
import {type Paper, plain} from './paper.ts'
import {type Mark, shape} from './state-word.ts'
import {untrusted} from './untrusted.ts'

type Judged = ValidationResult['datasets'][number]

/** The text report of one validation. */
export function validationReport({run, datasets}: ValidationResult, paper: Paper): string {
  const failed = datasets.filter((dataset) => markOfDataset(dataset) === 'failed').length
  const text =
    failed === 0
      ? `${formatPlural(datasets.length, 'dataset')} validated`
      : `${formatPlural(failed, 'dataset')} of ${datasets.length} failed`
  const mark = datasets.some((dataset) => markOfDataset(dataset) === 'warn') ? 'warn' : datasets.length === 0 ? 'waiting' : 'ok'
  return [
    ...datasets.flatMap((dataset) => [
      ...wrap(paper, plain(paper, title(dataset, shape(paper, markOfDataset(dataset)))), 0, 4),
      ...checkLines(dataset.checks, paper),
      ...(dataset.notes ?? []).flatMap((note) => wrap(paper, plain(paper, `note     ${untrusted(note)}`), 2, 11)),
    ]),
    ...headline(paper, {mark: failed > 0 ? 'failed' : mark, text, durationMs: run.durationMs}),
  ].join('\n')
}

const title = ({dataset, version, score, checks}: Judged, mark: string): string =>
  `${mark} ${untrusted(dataset)}  version ${version < 0 ? '—' : version}  score ${formatScore(score)}  ${checkSummary(checks)}`

function markOfDataset({checks}: Judged): Mark {
  if (checks.some(({outcome, severity}) => outcome === 'errored' || (outcome === 'failed' && severity === 'error'))) return 'failed'
  return checks.some(({outcome}) => outcome === 'failed' || outcome === 'warned' || outcome === 'notChecked') ? 'warn' : 'ok'
}
