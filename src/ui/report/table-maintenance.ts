// What the verbs that change a table without promoting did, or would do.
import type {OptimizeResult, RestoreResult, VacuumResult} from '../../core/model/table.ts'
import {formatBytes, formatCount, formatPlural} from './format.ts'
import {type Headline, headline, wrap} from './lines.ts'
import {type Paper, plain} from './paper.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

/** The report of `hippo table optimize`. */
export function optimizeReport(result: OptimizeResult, paper: Paper): string {
  const {files, sizeBytes, rewritten, digest} = result
  const name = untrusted(result.table)
  const facts = [
    ['files', arrow(formatCount(files.before), formatCount(files.after))],
    ...(result.wouldCommit ? [] : [['size', arrow(formatBytes(sizeBytes.before), formatBytes(sizeBytes.after))]]),
    ...(digest === undefined ? [] : [['rows', `the same, by digest ${digest.slice(0, 12)}`]]),
  ]
  const closing: Headline =
    result.state === 'committed'
      ? {
          mark: 'ok',
          text: `${name} version ${result.version}: ${formatPlural(rewritten, 'file')} written anew`,
          next: `hippo table vacuum ${name}`,
        }
      : result.wouldCommit
        ? {
            mark: 'waiting',
            text: `${formatPlural(rewritten, 'file')} of ${name} would be written anew`,
            next: `hippo table optimize ${name}`,
          }
        : {mark: 'waiting', text: `${name} has no small files to write together`}
  return pages(paper, facts, {...closing, durationMs: result.run.durationMs})
}

/** The report of `hippo table restore`. */
export function restoreReport(result: RestoreResult, paper: Paper): string {
  const name = untrusted(result.table)
  const {rows, files, restored} = result
  const facts = [
    ...(rows === undefined ? [] : [['rows', arrow(formatCount(rows.before), formatCount(rows.after))]]),
    ['files', `${formatCount(files.added)} back, ${formatCount(files.removed)} out`],
  ]
  const closing: Headline =
    result.state === 'committed'
      ? {mark: 'ok', text: `${name} version ${result.version} is what version ${restored} was`, next: 'hippo promote gold'}
      : result.wouldCommit
        ? {
            mark: 'waiting',
            text: `${name} would become what version ${restored} was`,
            next: `hippo table restore ${name} --version ${restored}`,
          }
        : {mark: 'waiting', text: `${name} is what version ${restored} was already`}
  return pages(paper, facts, {...closing, durationMs: result.run.durationMs})
}

/** The report of `hippo table vacuum`. */
export function vacuumReport(result: VacuumResult, paper: Paper): string {
  const name = untrusted(result.table)
  const {files, sizeBytes, orphans, retentionHours, keptFrom, logVersions} = result
  const facts = [
    ['files', `${formatCount(files)}, ${formatBytes(sizeBytes)}${orphans > 0 ? `, ${formatCount(orphans)} of runs that died` : ''}`],
    ...(logVersions === undefined ? [] : [['log', formatPlural(logVersions, 'commit')]]),
    ['kept', `every version of the last ${formatPlural(retentionHours, 'hour')}: from version ${keptFrom} on`],
  ]
  const closing: Headline =
    result.state === 'deleted'
      ? {mark: 'ok', text: `${formatPlural(files, 'file')} of ${name} deleted`}
      : result.wouldCommit
        ? {mark: 'waiting', text: `${formatPlural(files, 'file')} of ${name} would be deleted`, next: `hippo table vacuum ${name} --apply`}
        : {mark: 'waiting', text: `${name} has nothing to delete`}
  return pages(paper, facts, {...closing, durationMs: result.run.durationMs})
}

const arrow = (before: string, after: string): string => (before === after ? after : `${before} → ${after}`)

function pages(paper: Paper, facts: readonly (readonly string[])[], closing: Headline): string {
  const lines = facts.map(([name = '', text = '']) => [name, plain(paper, text)])
  const isWide = lines.every(([, text = '']) => text.length < paper.columns - 10)
  const shown = isWide ? table(paper, [{title: ''}, {title: ''}], lines) : lines.flatMap((line) => wrap(paper, line.join('  '), 2, 4))
  return [...shown, ...headline(paper, closing)].join('\n')
}
