// How a gold column gives up what names a person, after 45 CFR 164.514(b)(2). What each way means in SQL is the warehouse's business.

export type Deidentify =
  /** No value at all. */
  | {readonly method: 'drop'}
  /** Stays as it is, although the contract calls it an identifier; the reason is a person's. */
  | {readonly method: 'keep'; readonly reason: string}
  /** The year of a date. */
  | {readonly method: 'year'}
  /** The year of birth, of nobody older than 89: earlier years become the latest year in which somebody of 90 was born. */
  | {readonly method: 'birthYear'}
  /** Years of age; 90 stands for 90 and more. */
  | {readonly method: 'age'}
  /** First three digits of a ZIP code, 000 where few people live. */
  | {readonly method: 'zip3'}
  /** A code made with the workspace key: the same person has the same code wherever `as` is the same. */
  | {readonly method: 'surrogate'; readonly as: string}
  /** A date moved by days that are the same for all rows of one person, so that intervals stay. */
  | {readonly method: 'shiftDate'; readonly by: string; readonly as: string; readonly maxDays: number}

/** Whether a way needs the workspace key. */
export const isKeyed = ({method}: Deidentify): boolean => method === 'surrogate' || method === 'shiftDate'
