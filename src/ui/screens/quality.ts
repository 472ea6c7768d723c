// Checks that need a look, the most harmful first.
import type {CheckRecord, Reader} from '../../core/query/index.ts'
import type {Page, PageBuilder, PageContext} from '../page.ts'
import {formatCount} from '../report/format.ts'
import {checkColumns, checkRow} from './check-row.ts'

export async function readQualityPage(reader: Reader): Promise<PageBuilder> {
  const checks = await reader.checks()
  return (context) => qualityPage(checks, context)
}

const quiet = ['passed', 'off', 'notApplicable']

export function qualityPage(checks: readonly CheckRecord[], context: PageContext): Page {
  const shown = checks.filter(({outcome}) => !quiet.includes(outcome))
  return {
    sections: [
      {
        heading: 'CHECKS',
        ...(checks.length > 0 ? {note: `${formatCount(shown.length)} of ${formatCount(checks.length)} need a look`} : {}),
        columns: checkColumns,
        rows: shown.map((check) => checkRow(check, context)),
        empty:
          checks.length === 0
            ? 'Nothing was judged yet. Promote something first: hippo promote silver'
            : 'Every check of the newest judgements passed.',
      },
    ],
    command: checks.length === 0 ? 'hippo promote silver' : 'hippo validate',
  }
}
