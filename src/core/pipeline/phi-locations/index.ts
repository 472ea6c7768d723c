// The list of places that hold patient data, in the order in which an erasure goes through them: bronze comes last, for by it is
// known what is to go, and a run that comes after a crash must still find it there; only what the others leave comes after it.
import {bronze} from './bronze.ts'
import {captures} from './captures.ts'
import {changeFeed} from './change-feed.ts'
import {corrections} from './corrections.ts'
import {deltaLogs} from './delta-logs.ts'
import {holds} from './holds.ts'
import {notes} from './notes.ts'
import {pastVersions} from './past-versions.ts'
import type {PhiLocation} from './phi-location.ts'
import {quarantine} from './quarantine.ts'
import {silver} from './silver.ts'
import {staging} from './staging.ts'
import {warehouse} from './warehouse.ts'

export const phiLocations: readonly PhiLocation[] = [
  silver,
  changeFeed,
  quarantine,
  deltaLogs,
  warehouse,
  captures,
  corrections,
  notes,
  bronze,
  holds,
  staging,
  pastVersions,
]
