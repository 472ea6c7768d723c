// `hippo promote silver observations` against the same job written by hand in Polars and in DuckDB, on the same files. hippo's
// counts, reason by reason, must equal the generator's truth, or there is no result.
import {rmSync} from 'node:fs'
import path from 'node:path'
import type {Comparison} from '../comparison.ts'
import {measureProcess, runProcess, type Sample} from '../measure-process.ts'
import type {BenchOptions} from '../options.ts'
import {checkRival, type Python, rivalCommand, type Truth} from '../rivals.ts'
import {inTurn, type Round} from '../round.ts'
import {withoutText} from './ingest.ts'

const rivals = ['polars', 'duckdb'] as const

interface PromotionDocument {
  readonly datasets: readonly {
    readonly state: string
    readonly rows: Readonly<Record<'read' | 'accepted' | 'quarantined' | 'duplicate' | 'unchanged' | 'waived', number>>
    readonly reasons: Readonly<Record<string, number>>
  }[]
}

export function promoteBench(options: BenchOptions, python: Python) {
  const hippo: Sample[] = []
  const samples: Record<(typeof rivals)[number], Sample[]> = {polars: [], duckdb: []}
  const verdicts: Record<string, string> = {}
  const runRival = async (round: Round, rival: (typeof rivals)[number]) => {
    const out = path.join(round.scratch, rival)
    samples[rival].push(withoutText(await measureProcess(rivalCommand(options, python, rival, round.data, out))))
    verdicts[rival] ??= checkRival(options, python, round.data, out)
    rmSync(out, {recursive: true})
  }
  return {
    verdicts,
    run: (round: Round) =>
      inTurn(round.number, [
        async () => {
          const measured = await measureProcess(round.hippo('promote', 'silver', 'observations', '--quiet', '--json'))
          requireTruth(JSON.parse(measured.stdout) as PromotionDocument, round.data.truth)
          hippo.push(withoutText(measured))
        },
        ...rivals.map((rival) => () => runRival(round, rival)),
      ]),
    comparisons: (): readonly Comparison[] =>
      rivals.map((rival) => ({
        what: 'hippo promote silver',
        rival: `${rival} ${python.packages[rival] ?? ''}, by hand`,
        hippo,
        rivals: samples[rival],
        ...(rival === 'polars'
          ? {
              targets: [
                {of: 'wall', atMost: 1.2},
                {of: 'peak', atMost: 1},
              ],
            }
          : {}),
        note: 'every count equal to the truth',
      })),
  }
}

/** Promotes without timing, for suites that need accepted rows. */
export async function promoteUntimed(round: Round): Promise<void> {
  const text = await runProcess(round.hippo('promote', 'silver', 'observations', '--quiet', '--json'))
  requireTruth(JSON.parse(text) as PromotionDocument, round.data.truth)
}

function requireTruth({datasets: [found]}: PromotionDocument, truth: Truth): void {
  if (found?.state !== 'committed') throw new Error(`promote silver ended as ${found?.state}`)
  const {rows, reasons} = found
  const wrong = [
    ...differences(
      {read: rows.read, accepted: rows.accepted, quarantined: rows.quarantined},
      {
        read: truth.rows,
        accepted: truth.accepted,
        quarantined: truth.rejected,
      },
    ),
    ...differences(reasons, truth.reasons),
  ]
  if (rows.read !== rows.accepted + rows.quarantined) wrong.push('the rows do not balance')
  if (wrong.length > 0) throw new Error(`hippo's counts differ from the truth: ${wrong.join('; ')}`)
}

function differences(found: Readonly<Record<string, number>>, wanted: Readonly<Record<string, number>>): string[] {
  const names = new Set([...Object.keys(found), ...Object.keys(wanted)])
  return [...names].flatMap((name) => (found[name] === wanted[name] ? [] : [`${name} ${found[name]} instead of ${wanted[name]}`]))
}
