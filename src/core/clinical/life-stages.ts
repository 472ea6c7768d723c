// The stages of life by which bounds differ, and the sexes that records write. A stage begins with its first month of age and ends where
// the next begins; whole months are counted as birthdays count them.

export const lifeStages = [
  {name: 'newborn', title: 'newborn', fromMonths: 0},
  {name: 'infant', title: 'infant, from 1 month', fromMonths: 1},
  {name: 'youngChild', title: 'child, from 1 year', fromMonths: 12},
  {name: 'schoolChild', title: 'child, from 6 years', fromMonths: 72},
  {name: 'adolescent', title: 'from 12 years', fromMonths: 144},
  {name: 'adult', title: 'adult, from 18 years', fromMonths: 216},
] as const

export type LifeStage = (typeof lifeStages)[number]['name']

export const sexes = ['female', 'male'] as const
export type Sex = (typeof sexes)[number]

/** How records write a sex, in lower case; what else they write is not known here, and so are the bounds of one sex not theirs. */
export const writtenSexes: Readonly<Record<Sex, readonly string[]>> = {female: ['female', 'f'], male: ['male', 'm']}

/** The stage of a person of so many whole months; undefined before birth. */
export const stageAt = (months: number): LifeStage | undefined => lifeStages.findLast(({fromMonths}) => months >= fromMonths)?.name
