// What cron mails: one line a step, the worst on top, where to look and what to decide. Silent when all is well is the
// command's business, not the report's.
import type {GoldResult, IngestResult, PipelineResult, PipelineStep, PromotionResult, PublishResult} from '../../core/model/run.ts'
import {formatBytes, formatCount, formatDuration, formatPlural, shortRunId} from './format.ts'
import {placeOf, wrap} from './lines.ts'
import {type Paper, paint, plain} from './paper.ts'
import {sumRows} from './promotion.ts'
import {markOf, shape} from './state-word.ts'
import {untrusted} from './untrusted.ts'

type StepResult = IngestResult | PromotionResult | GoldResult | PublishResult

/** The text report of one pipeline run. */
export function pipelineReport({run, pipeline, steps}: PipelineResult, paper: Paper): string {
  const worst = steps.find(({state}) => state === 'failed') ?? steps.find(({state}) => state === 'gated')
  const after = run.durationMs === undefined ? '' : ` after ${formatDuration(run.durationMs)}`
  const verdict = worst ? `${worst.state.toUpperCase()} at ${worst.step}${after}` : `${run.state}${after}`
  const width = Math.max(0, ...steps.map(({step}) => step.length))
  const lines = steps.flatMap((step) => stepLines(step, width, paper))
  return [
    ...wrap(
      paper,
      `${shape(paper, markOf(run.state))} ${paint(paper, 'strong', `hippo run ${untrusted(pipeline)}`)}: ${verdict}  run ${shortRunId(run.id)}`,
      0,
      2,
    ),
    ...lines,
    ...(worst ? [`look:  hippo runs show ${shortRunId(run.id)}`] : []),
  ].join('\n')
}

const words: Readonly<Record<string, string>> = {succeeded: 'ok', noop: 'nothing new'}

function stepLines(step: PipelineStep, width: number, paper: Paper): readonly string[] {
  const indent = width + 17
  const result = step.result as StepResult | undefined
  const state = words[step.state] ?? step.state
  const facts = result && step.state !== 'noop' ? summarise(result) : ''
  const first = wrap(paper, `${step.step.padEnd(width)}  ${state.padEnd(11)}  ${plain(paper, facts)}`.trimEnd(), 2, indent)
  const told = result ? troublesOf(result) : []
  // The step fails with what failed in it: said once.
  const error = told.some((text) => step.error && text.includes(step.error.message)) ? undefined : step.error
  const troubles = [
    ...told,
    ...(error ? [`${placeOf(error.location)}${error.message}`, ...(error.hint ? [`next: ${error.hint}`] : [])] : []),
  ]
  return [...first, ...troubles.flatMap((text) => wrap(paper, plain(paper, untrusted(text)), indent, indent))]
}

function summarise(result: StepResult): string {
  if ('files' in result) {
    const captured = result.files.filter(({state}) => state === 'captured')
    return `${formatPlural(captured.length, 'file')}, ${formatBytes(captured.reduce((sum, {bytes}) => sum + bytes, 0))}`
  }
  if ('datasets' in result) {
    const {read, quarantined} = sumRows(result.datasets)
    return `${formatPlural(read, 'row')}, ${formatCount(quarantined)} quarantined`
  }
  if ('models' in result) return formatPlural(result.models.filter(({state}) => state === 'committed').length, 'model')
  return `${formatPlural(result.tables.filter(({state}) => state === 'live').length, 'table')} live`
}

function troublesOf(result: StepResult): readonly string[] {
  if ('files' in result)
    return result.files.filter(({state}) => state === 'rejected').map(({path, reason}) => `${path} rejected: ${reason ?? ''}`)
  const parts =
    'datasets' in result
      ? result.datasets.map((part) => ({name: part.dataset, ...part}))
      : 'models' in result
        ? result.models.map((part) => ({name: part.model, ...part}))
        : []
  return parts
    .filter(({state}) => state === 'gated' || state === 'failed')
    .flatMap(({name, state, error}) => [
      `${name} ${state}${error ? `: ${state === 'failed' ? placeOf(error.location) : ''}${error.message}` : ''}`,
      ...(error?.hint ? [`next: ${error.hint}`] : []),
    ])
}
