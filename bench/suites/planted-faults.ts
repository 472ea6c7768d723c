// `npm run bench planted-faults [PERSONS]`: the proof of test/integration/planted-faults.test.ts with about a million rows, and its table
// as docs/planted-faults.md. Not a matter of speed: it exits with 1 when a fault is missed or a clean row alarms.
import {writeFileSync} from 'node:fs'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {faultsOfDeliveries, rowFaults, withoutFault} from '../../test/support/planted-faults/index.ts'
import {type Proof, proveFaults} from '../../test/support/planted-faults/prove-faults.ts'
import {testWorkspace} from '../../test/support/workspace.ts'

const page = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../docs/planted-faults.md')
const rates = [0.001, 0.01, 0.1]
const [seed, millionRows] = [1, 130_000]

export async function benchPlantedFaults([persons = String(millionRows)]: readonly string[]): Promise<void> {
  const hospital = await testWorkspace({from: 'test/fixtures/workspaces/hospital'})
  try {
    const proof = await proveFaults(hospital, {persons: Number(persons), rates, seed})
    for (const line of proof.wrong) console.error(line)
    writeFileSync(page, faultsPage(proof))
    console.log(`written to ${path.relative(process.cwd(), page)}`)
    if (proof.wrong.length > 0) process.exitCode = 1
  } finally {
    await hospital.close()
  }
}

function faultsPage({cleanRows, items, falseAlarms}: Proof): string {
  const cell = (name: string, rule: string, rate: number): string => {
    const {planted = 0, found = 0} = items.find((item) => item.name === name && item.rule === rule && item.rate === rate) ?? {}
    return `${found} of ${planted}`
  }
  const row = ({name, rule, dataset, check}: {name: string; rule: string; dataset: string; check: string}): string =>
    `| ${rule} | ${dataset}: ${name} | ${rates.map((rate) => cell(name, rule, rate)).join(' | ')} | ${falseAlarms.get(check) ?? 0} |`
  const several = ['person', 'encounter', 'observation'].map((dataset) =>
    row({name: `several at once (${dataset})`, rule: 'several', dataset, check: ''}),
  )
  return `# Planted faults
What hippo finds of faults that were planted, through ingest and promotion, and what it calls wrong that is not. Written by
\`npm run bench planted-faults\`; \`npm test\` holds the same to be true of a few thousand rows, with a seed that changes.

Four deliveries of ${cleanRows.toLocaleString('en')} rows, the first of them clean; the rate is the share of rows that are damaged, spread evenly over the faults of a
dataset, one row each at least (a roster, of which faults of a whole dataset are told, has 2,000 rows). **Found** is a row that ends in quarantine with exactly the reasons that were planted (for checks
that only warn, and for those of a dataset as a whole: the count that the check gives). A **false alarm** is a reason or a check that nobody
planted, in any of the deliveries. Clean rows go to the bounds: pain of 0 and 10, stays back to back, equal blood pressures, rows sent
twice, values that are missing. Rows with several faults need all of their reasons.

| rule | fault | at 0.1 % | at 1 % | at 10 % | false alarms |
| --- | --- | --- | --- | --- | --- |
${[...rowFaults.map(row), ...several, ...faultsOfDeliveries.map(row)].join('\n')}

Not planted here: ${[...withoutFault].map(([rule, why]) => `\`${rule}\` (${why})`).join('; ')}.
`
}
