// Rules held to their examples, and the damage that none of them notices, by column.
import type {RuleTest} from '../../core/index.ts'
import {contractTestLines} from './contract-test.ts'
import {formatPlural} from './format.ts'
import {headline, wrap} from './lines.ts'
import {type Paper, plain} from './paper.ts'
import {shape} from './state-word.ts'
import {untrusted} from './untrusted.ts'

/** Kinds, contracts, damage, and the verdict. */
export function ruleTestReport({kinds, contracts, damage}: RuleTest, paper: Paper): string {
  const failedKinds = kinds.filter(({failed}) => failed.length > 0)
  const failures = contracts.reduce((sum, one) => sum + one.failures.length, 0) + failedKinds.length
  const examples = [...kinds, ...contracts].reduce((sum, one) => sum + one.examples, 0)
  const results = damage.flatMap((one) => one.results)
  const missed = results.filter(({outcome}) => outcome === 'unnoticed' || outcome === 'partly')
  const tried = results.length === 0 ? '' : `; ${missed.length} of ${formatPlural(results.length, 'damage')} not fully noticed`
  return [
    ...failedKinds.flatMap(({rule, failed}) => wrap(paper, `${shape(paper, 'failed')} ${rule}  example ${failed.join(', ')}`, 0, 4)),
    ...kinds.flatMap(({rule, notTested}) =>
      notTested === undefined ? [] : wrap(paper, `${shape(paper, 'waiting')} ${rule}  not tested: ${notTested}`, 0, 4),
    ),
    ...contractTestLines(contracts, paper),
    ...damage.flatMap((one) => damageLines(one, paper)),
    ...headline(paper, {
      mark: failures > 0 ? 'failed' : missed.length > 0 ? 'warn' : 'ok',
      text: `${failures > 0 ? `${formatPlural(failures, 'failure')} in ` : ''}${formatPlural(examples, 'example')}${tried}`,
    }),
  ].join('\n')
}

function damageLines({dataset, sampled, results}: RuleTest['damage'][number], paper: Paper): readonly string[] {
  const byColumn = Map.groupBy(results, ({column}) => column)
  return [
    ...wrap(paper, `${untrusted(dataset)}  ${formatPlural(sampled, 'clean row')} damaged, one column and one way at a time`, 0, 4),
    ...[...byColumn].flatMap(([column, some]) => {
      const missed = some.filter(({outcome}) => outcome === 'unnoticed' || outcome === 'partly')
      const noticed = some.length - missed.length
      const names = missed.map(({damage, outcome, rows, noticed: seen, healed}) =>
        outcome === 'partly' ? `${damage} (${rows - seen - healed} of ${rows})` : damage,
      )
      const said = missed.length === 0 ? '' : `; nobody notices ${names.join(', ')}`
      return wrap(
        paper,
        plain(
          paper,
          `${shape(paper, missed.length === 0 ? 'ok' : 'warn')} ${untrusted(column)}  ${noticed} of ${some.length} noticed or healed${said}`,
        ),
        2,
        4,
      )
    }),
  ]
}
