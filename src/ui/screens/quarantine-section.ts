// Why rows wait in quarantine, of one dataset or of all: over every delivery, while checks tell of the newest judgement only.
import type {QuarantineReason} from '../../core/query/index.ts'
import {type Section, toned} from '../page.ts'
import {formatCount} from '../report/format.ts'
import {untrusted} from '../report/untrusted.ts'

/** One line a reason; with the dataset's name where there are several. */
export function quarantineSection(reasons: readonly QuarantineReason[], {of}: {readonly of: 'one' | 'all'}): Section {
  return {
    heading: 'QUARANTINE',
    ...(of === 'all' && reasons.length > 0 ? {note: 'all deliveries'} : {}),
    columns: [
      ...(of === 'all' ? [{title: 'dataset', flexible: true}] : []),
      {title: of === 'all' ? 'reason' : '', flexible: true, narrowest: 20},
      {title: 'rows', align: 'right'},
      {title: 'rule', flexible: true, narrowest: 16, drop: 1},
    ],
    rows: reasons.map(({dataset, reason, rows, description}) => ({
      key: `reason ${dataset} ${reason}`,
      cells: [
        ...(of === 'all' ? [untrusted(dataset)] : []),
        untrusted(reason),
        toned('warn', formatCount(rows)),
        untrusted(description ?? ''),
      ],
      opens: {screen: 'check', dataset, id: reason, layer: 'silver'},
      command: `hippo quarantine show ${untrusted(dataset)} --reason ${untrusted(reason)}`,
    })),
    empty: 'Nothing waits.',
  }
}
