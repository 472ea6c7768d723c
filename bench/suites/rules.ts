// What rules cost: `hippo validate` of the observations by a contract of thirty rules against the same contract with its types
// alone. Both read, type and count every row, and write nothing but results.
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {isScalar, parseDocument, visit} from 'yaml'
import type {Comparison} from '../comparison.ts'
import {measureProcess, type Sample} from '../measure-process.ts'
import type {BenchOptions} from '../options.ts'
import {generateData, type Python} from '../rivals.ts'
import {hippoCommand, inTurn} from '../round.ts'
import {withoutText} from './ingest.ts'

const rules = 30

export async function benchRules(options: BenchOptions, python: Python): Promise<readonly Comparison[]> {
  const data = path.join(generateData(options, python).folder, 'observations.csv')
  const folder = mkdtempSync(path.join(options.cache, 'rules-'))
  const contract = path.join(options.root, 'bench', 'thirty-rules.odcs.yaml')
  const bare = path.join(folder, 'types-alone.odcs.yaml')
  const ruled: Sample[] = []
  const typed: Sample[] = []
  const validate = async (by: string, least: number): Promise<Sample> => {
    const command = hippoCommand(options, folder, ['validate', '--file', data, '--contract', by, '--json'])
    const measured = await measureProcess({...command, exitCodes: [0, 3]})
    requireChecks(measured.stdout, least)
    return withoutText(measured)
  }
  try {
    writeFileSync(bare, withoutRules(readFileSync(contract, 'utf8')))
    for (let round = 0; round < options.rounds; round++)
      await inTurn(round, [
        async () => void ruled.push(await validate(contract, rules)),
        async () => void typed.push(await validate(bare, 0)),
      ])
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
  return [
    {
      what: `validate by ${rules} rules`,
      rival: 'the same rows by their types alone',
      hippo: ruled,
      rivals: typed,
      targets: [{of: 'wall', atMost: 2}],
    },
  ]
}

function withoutRules(contract: string): string {
  const document = parseDocument(contract)
  visit(document, {Pair: (_, {key}) => (isScalar(key) && key.value === 'quality' ? visit.REMOVE : undefined)})
  return document.toString()
}

/** Every rule was asked; the check of each typed column is there on both sides. */
function requireChecks(stdout: string, least: number): void {
  const {datasets} = JSON.parse(stdout) as {datasets: readonly {checks: readonly {rule: string; outcome: string}[]}[]}
  const judged = (datasets[0]?.checks ?? []).filter(({rule}) => rule !== 'type')
  const unasked = judged.filter(({outcome}) => !['passed', 'warned', 'failed'].includes(outcome))
  if (judged.length < least || (least === 0 && judged.length > 0) || unasked.length > 0)
    throw new Error(`${judged.length} rules were judged, ${unasked.length} of them not; ${least} were to be`)
}
