// Values that people gave in the place of received ones. A person is found in them by the records that they correct, and by the id,
// or the key of a row of theirs, as text: a correction may have put it there.
import {layout} from '../../lake/layout.ts'
import {type Correction, readCorrections, storeCorrections} from '../../lake/review-documents.ts'
import {isReview, type ReviewBatch} from '../../model/capture.ts'
import type {Search} from '../erasure/erasure.ts'
import {givenText} from '../erasure/row-tests.ts'
import type {PhiLocation} from './phi-location.ts'

export const corrections: PhiLocation = {
  name: 'corrections',
  covers: (place) => place.kind === 'object' && place.key.startsWith(layout.correctionPrefix),
  async find(search) {
    const hits = await correctionsToErase(search)
    const rows = hits.reduce((sum, {removed}) => sum + removed, 0)
    const strangers = await strangersOf(search)
    return hits.length + strangers.length === 0 ? [] : [{location: 'corrections', places: hits.length + strangers.length, rows}]
  },
  async keys(search) {
    const hits = await correctionsToErase(search)
    const written = hits.flatMap(({batch: {number, review}}) => [
      layout.batch(number),
      ...(review.corrections ? [review.corrections.key] : []),
    ])
    return [...written, ...(await strangersOf(search))]
  },
  async erase(search) {
    const {store} = search.erasure
    for (const {batch, kept} of await correctionsToErase(search)) {
      const {review} = batch
      const stored = await storeCorrections(store, kept)
      const document = {...batch, review: {...review, corrections: stored}}
      await store.put(layout.batch(batch.number), Buffer.from(`${JSON.stringify(document)}\n`))
      if (review.corrections && review.corrections.key !== stored.key) await store.delete(review.corrections.key)
    }
    for (const key of await strangersOf(search)) await store.delete(key)
  },
}

interface CorrectionHit {
  readonly batch: ReviewBatch
  readonly kept: readonly Correction[]
  readonly removed: number
}

async function correctionsToErase({erasure, batches, origins}: Search): Promise<readonly CorrectionHit[]> {
  const hits: CorrectionHit[] = []
  for (const batch of batches.filter(isReview)) {
    const {dataset, corrections: stored} = batch.review
    if (!stored || !(await erasure.store.head(stored.key))) continue
    const places = new Set((origins.get(dataset) ?? []).map(({file, row}) => `${file} ${row}`))
    const id = erasure.person && new RegExp(erasure.person.pattern)
    const isTold = erasure.datasets.filter(({contract}) => contract.dataset === dataset).flatMap(({tests}) => tests.map(givenText))
    const isMeant = ({file, row, values}: Correction): boolean =>
      places.has(`${file} ${row}`) ||
      Object.values(values).some((value) => value !== null && id?.test(value) === true) ||
      isTold.some((tells) => tells(values))
    const all = await readCorrections(erasure.store, stored)
    const kept = all.filter((one) => !isMeant(one))
    if (kept.length < all.length) hits.push({batch, kept, removed: all.length - kept.length})
  }
  return hits
}

/** Objects that no decision names, with the person in them: what a fix, or an erasure, that died left behind. */
async function strangersOf({erasure, batches}: Search): Promise<readonly string[]> {
  const {store, person} = erasure
  if (!person) return []
  const named = new Set(batches.filter(isReview).map(({review}) => review.corrections?.key))
  const id = new RegExp(person.pattern)
  const strangers: string[] = []
  for await (const {key} of store.list(layout.correctionPrefix))
    if (!named.has(key) && id.test(Buffer.from(await store.get(key)).toString('utf8'))) strangers.push(key)
  return strangers
}
