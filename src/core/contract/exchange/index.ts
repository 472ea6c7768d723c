// The formats of other tools that contracts are written in and read from, by the name people use.
import type {ContractFormat} from './portable-table.ts'

const loaders: Readonly<Record<string, () => Promise<ContractFormat>>> = {
  'json-schema': async () => (await import('./json-schema.ts')).jsonSchema,
  sql: async () => (await import('./sql.ts')).sql,
  dbt: async () => (await import('./dbt.ts')).dbt,
  'great-expectations': async () => (await import('./great-expectations.ts')).greatExpectations,
  soda: async () => (await import('./soda.ts')).soda,
  fhir: async () => (await import('./fhir.ts')).fhir,
  dqd: async () => (await import('./dqd.ts')).dqd,
  omop: async () => (await import('./omop.ts')).omop,
}

/** ODCS is the contract's own form: written and read byte by byte, by no format here. */
export const ownFormat = 'odcs'

/** Every name that `--to` and `--from` take; of one that is only read, `write` is absent. */
export const exchangeFormats: readonly string[] = [ownFormat, ...Object.keys(loaders)]

/** undefined for a name that nobody knows. */
export async function contractFormat(name: string): Promise<ContractFormat | undefined> {
  return loaders[name]?.()
}
