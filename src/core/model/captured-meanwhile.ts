/** Why a file is known that was not when the ingest began: another one, at the same time, was first. */
export const capturedMeanwhile = 'captured by another ingest meanwhile'
