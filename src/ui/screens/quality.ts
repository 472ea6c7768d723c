// Checks that need a look, the most harmful first, as the newest promotions found them; apart from that what was validated since,
// and why rows of any delivery wait in quarantine.
import type {CheckRecord, QuarantineReason, Reader} from '../../core/query/index.ts'
import type {Page, PageBuilder, PageContext, Section} from '../page.ts'
import {formatCount} from '../report/format.ts'
import {checkColumns, checkRow, needsLook} from './check-row.ts'
import {quarantineSection} from './quarantine-section.ts'

export async function readQualityPage(reader: Reader): Promise<PageBuilder> {
  const [checks, reasons] = [await reader.checks(), await reader.quarantineReasons()]
  return (context) => qualityPage(checks, reasons, context)
}

export function qualityPage(checks: readonly CheckRecord[], reasons: readonly QuarantineReason[], context: PageContext): Page {
  const promoted = checks.filter(({isValidation}) => !isValidation)
  const shown = promoted.filter(needsLook)
  return {
    sections: [
      {
        heading: 'CHECKS',
        ...(promoted.length > 0
          ? {note: `${formatCount(shown.length)} of ${formatCount(promoted.length)} of the newest promotions need a look`}
          : {}),
        columns: checkColumns,
        rows: shown.map((check) => checkRow(check, context)),
        empty:
          promoted.length === 0
            ? 'No promotion has judged anything yet: hippo promote silver'
            : 'Every check of the newest promotions passed.',
      },
      ...validationSections(checks, context),
      ...(reasons.length > 0 ? [quarantineSection(reasons, {of: 'all'})] : []),
    ],
    command: promoted.length === 0 ? 'hippo promote silver' : 'hippo validate',
  }
}

/** What `hippo validate` found since the promotions: of rows that were let in, so it takes nothing back of what stands above. */
export function validationSections(checks: readonly CheckRecord[], context: PageContext): readonly Section[] {
  const validated = checks.filter(({isValidation}) => isValidation)
  if (validated.length === 0) return []
  const shown = validated.filter(needsLook)
  return [
    {
      heading: 'VALIDATED SINCE, AS STORED',
      note: `${formatCount(shown.length)} of ${formatCount(validated.length)} need a look`,
      columns: checkColumns,
      rows: shown.map((check) => checkRow(check, context)),
      empty: 'Every check passed on the rows as they are stored.',
    },
  ]
}
