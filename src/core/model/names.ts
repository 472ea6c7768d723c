// The words of the house. Types only; nothing here does anything.
//
//   workspace   the folder with hippo.yaml: configuration, contracts, models
//   source      where raw data comes from            dataset   a named logical table with one contract
//   layer       bronze, silver or gold               contract  the versioned promise about a dataset (an ODCS file)
//   rule        one statement in a contract          check     one rule compiled for one snapshot; yields a check result
//   step        one normalisation a contract asks for
//   quarantine  the table of rejected rows with the rules they broke
//   model       one SQL select that makes a gold dataset
//   run         one execution of a verb              snapshot  one committed state of a table; version is its number
//   batch       what one ingest captured; its number orders deliveries and is the Delta `txn` version of a promotion
//   engine      runs plans                           store     bytes by key

export type DatasetName = string
export type SourceName = string
export type ModelName = string
/** UUIDv7 of a run; commands show and accept any unique prefix of at least four characters. */
export type RunId = string
/** Lower-case hex SHA-256 of the received bytes. */
export type Sha256 = string
/** `<column>.<rule>` or the `id` of an ODCS quality clause; unique within a dataset, stable across runs. */
export type CheckId = string
/** ISO 8601 in UTC with milliseconds. */
export type Instant = string

export type Layer = 'bronze' | 'silver' | 'gold'

/** Time, randomness and environment come in from outside so that tests can fix them. */
export interface Clock {
  now(): Date
}
