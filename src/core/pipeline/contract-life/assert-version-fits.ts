// The gate on promote: a contract that says `hippoCompatibility` may change only with a version that says how much. Where it does not,
// nothing is promoted under it, and what is there stays.
import {diffContracts, judgeVersion} from '../../contract/diff/diff-contracts.ts'
import {HippoError} from '../../errors/hippo-error.ts'
import type {Contract} from '../../model/contract.ts'

/** How many changes an error names; `hippo contract diff` has all. */
const mostNamed = 3

/** CONTRACT_INCOMPATIBLE, with the changes and the next version, when the step from the recorded contract is too small. */
export async function assertVersionFits(contract: Contract, recorded: () => Promise<Contract | undefined>): Promise<void> {
  if (contract.compatibility === undefined || contract.compatibility === 'none') return
  const before = await recorded()
  if (before === undefined || before.digest === contract.digest) return
  const changes = diffContracts(before, contract)
  const {fits, asks, next} = judgeVersion(before, contract, changes)
  if (fits) return
  const told = changes.filter(({step}) => step === asks || step === 'major')
  const more = told.length > mostNamed ? `; and ${told.length - mostNamed} more` : ''
  const step =
    before.version === contract.version ? `it is still version ${before.version}` : `version ${before.version} became ${contract.version}`
  throw new HippoError('CONTRACT_INCOMPATIBLE', {
    message: `the contract of ${contract.dataset} asks for a ${asks} step, and ${step}: ${told
      .slice(0, mostNamed)
      .map(({message}) => message)
      .join('; ')}${more}`,
    hint: `${next === undefined ? 'write its version as major.minor.patch' : `make it version ${next}`}; see hippo contract diff ${contract.dataset}`,
  })
}
