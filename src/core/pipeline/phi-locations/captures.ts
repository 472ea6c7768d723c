// Names of received files, where they name a person or a file that was all about one: in capture records and in the catalog's
// record of runs, and of captured files, which repeat them.
import {capturedPaths, replaceCapturedPath} from '../../catalog/received-paths.ts'
import {eraseNames, isErasedName, isPersonal} from '../erasure/erase-bronze.ts'
import type {Search} from '../erasure/erasure.ts'
import {isNamedAnyhow} from '../erasure/person-text.ts'
import type {PhiLocation} from './phi-location.ts'

export const captures: PhiLocation = {
  name: 'captures',
  covers: (place) =>
    place.kind === 'object'
      ? place.key.startsWith('bronze/batches/')
      : place.kind === 'relation' && place.schema === 'hippo' && ['captured_files', 'runs'].includes(place.name),
  async find(search) {
    const paths = await personalPaths(search)
    return paths.length === 0 ? [] : [{location: 'captures', places: paths.length, rows: 0}]
  },
  async erase(search) {
    const {run} = search.erasure
    for (const path of await personalPaths(search)) await replaceCapturedPath(run.database, path)
    await eraseNames(search)
  },
}

/** As they stand in capture records, or only in the results of runs: files that were listed and never captured. */
async function personalPaths(search: Search): Promise<readonly string[]> {
  const {person, run} = search.erasure
  const named = person ? (await capturedPaths(run.database)).filter((path) => isNamedAnyhow(search.erasure, path)) : []
  const captured = search.batches.flatMap(({files}) => files.filter((file) => isPersonal(search, file)).map(({path}) => path))
  return [...new Set([...named, ...captured])].filter((path) => !isErasedName(path))
}
