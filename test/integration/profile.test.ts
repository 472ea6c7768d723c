// What hippo profile tells of delivered files, and what it does not.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {type DeliveryProfile, initWorkspace, openWorkspace, profileDelivery, type Workspace} from '../../src/core/index.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'hippo-profile-'))
let workspace: Workspace
let profile: DeliveryProfile

const rows = Array.from({length: 120}, (_, n) => {
  const ward = n % 12
  const name = `${'ABCDEFGHIJKL'[ward]}${'nrth wing block'.slice(ward)}`
  return `${n + 1},${['Ada', 'Grace', 'Alan'][n % 3]},W${ward + 10},${n === 30 ? `${name}x` : name},${n % 5 === 0 ? '' : 30 + (n % 40)},p${n}@ward.org`
})

beforeAll(async () => {
  await initWorkspace({directory: path.join(folder, 'workspace'), name: 'profile'})
  workspace = await openWorkspace({directory: path.join(folder, 'workspace'), env: {}})
  const file = path.join(folder, 'visits.csv')
  writeFileSync(file, `${['visit_id,first_name,ward_code,ward,weight,reach,', ...rows].join('\n').replace(/,\n/, '\n')}\n`)
  profile = await profileDelivery(workspace, {dataset: 'visit', files: [file], suggest: true})
})

afterAll(async () => {
  await workspace?.close()
  rmSync(folder, {recursive: true, force: true})
})

it('counts every column over all rows and says what may be a key', () => {
  expect(profile.columns.map(({name, type, missing, distinct}) => `${name} ${type} ${missing} ${distinct}`)).toEqual([
    'visit_id integer 0 120',
    'first_name string 0 3',
    'ward_code string 0 12',
    'ward string 0 13',
    'weight integer 24 32',
    'reach string 0 120',
  ])
  expect(profile.keys).toEqual(['visit_id', 'reach'])
  expect(profile.columns[4]).toMatchObject({range: [31, 69], quantiles: expect.objectContaining({p50: expect.any(Number)})})
})

it('says which column decides which, and how many rows disagree', () => {
  expect(profile.dependencies).toContainEqual({determinedBy: 'ward_code', column: 'ward', outvoted: 1})
})

it('says what the rules of a draft would have done to the same rows', () => {
  expect(profile.suggestions).toContainEqual(
    expect.objectContaining({rule: 'functionalDependency', column: 'ward', violated: 1, denominator: 120}),
  )
})

it('shows no value that may tell who somebody is, by its name or by what it holds', () => {
  expect(profile.columns.flatMap(({name, phiCategory}) => (phiCategory === undefined ? [] : [`${name} ${phiCategory}`]))).toEqual([
    'first_name name',
    'reach email',
  ])
  expect(JSON.stringify(profile)).not.toMatch(/Ada|Grace|Alan|ward\.org/)
})
