// One version of a table as it is stored.
import type {TableDescription} from '../../core/model/table.ts'
import {formatAgo, formatBytes, formatCount, formatPlural} from './format.ts'
import {nextLine} from './lines.ts'
import {type Paper, paint, plain} from './paper.ts'
import {table} from './table.ts'
import {untrusted} from './untrusted.ts'

/** Columns, files, versions and, when there are some, rows. */
export function tableReport(shown: TableDescription, paper: Paper): string {
  const name = untrusted(shown.table)
  return [
    paint(paper, 'strong', `${name} version ${shown.version}`),
    ...table(paper, [{title: ''}, {title: '', flexible: true}], factsOf(shown, paper)),
    ...table(
      paper,
      [{title: 'column', flexible: true}, {title: 'type'}, {title: ''}],
      shown.columns.map((one) => [untrusted(one.name), one.type, one.protected ? 'protected' : '']),
    ),
    ...rowsOf(shown, paper),
    nextLine(paper, `hippo table history ${name}`),
  ].join('\n')
}

function factsOf(shown: TableDescription, paper: Paper): readonly (readonly string[])[] {
  const {committedAt, operation = '', rows, files, sizeBytes, largestFileBytes, versions, protocol, properties} = shown
  const average = files > 0 ? `, ${formatBytes(sizeBytes / files)} each on average, the largest ${formatBytes(largestFileBytes ?? 0)}` : ''
  const features = [...new Set([...(protocol.readerFeatures ?? []), ...(protocol.writerFeatures ?? [])])]
  const settings = Object.entries(properties).map(([key, value]) => `${key}=${value}`)
  return [
    ...(committedAt === undefined ? [] : [['committed', `${formatAgo(committedAt, paper.now, paper.timeZone)}, ${untrusted(operation)}`]]),
    ...(rows === undefined ? [] : [['rows', formatCount(rows)]]),
    ['files', `${formatCount(files)}, ${formatBytes(sizeBytes)}${average}`],
    ['versions', `${versions.oldest} to ${versions.newest}`],
    ['protocol', [`reader ${protocol.minReaderVersion}, writer ${protocol.minWriterVersion}`, ...features.map(untrusted)].join(', ')],
    ...(settings.length === 0 ? [] : [['properties', untrusted(settings.join(', '))]]),
  ].map(([key = '', text = '']) => [key, plain(paper, text)])
}

function rowsOf({items = []}: TableDescription, paper: Paper): readonly string[] {
  return items.flatMap((row, index) => [
    paint(paper, 'quiet', `row ${index + 1} of ${formatPlural(items.length, 'row')} shown`),
    ...table(
      paper,
      [{title: ''}, {title: '', flexible: true}],
      Object.entries(row).map(([name, value]) => [untrusted(name), value === null ? '' : untrusted(value)]),
    ),
  ])
}
