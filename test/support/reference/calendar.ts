// Proleptic Gregorian dates as day numbers, written out rather than borrowed from Date, which mistakes years below 100.

const daysBeforeMonth = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]

export interface CivilDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

/** Whether a date exists in the years 1 to 9999. */
export function existsDate({year, month, day}: CivilDate): boolean {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
}

function daysBeforeYear(year: number): number {
  const past = year - 1
  return past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400)
}

/** Days since 1970-01-01. */
export function dayNumber({year, month, day}: CivilDate): number {
  const leapDay = month > 2 && isLeapYear(year) ? 1 : 0
  return daysBeforeYear(year) + (daysBeforeMonth[month - 1] ?? 0) + leapDay + day - 1 - daysBeforeYear(1970)
}

/** The date of a day number. */
export function civilDate(days: number): CivilDate {
  let year = 1970 + Math.floor(days / 366)
  while (dayNumber({year: year + 1, month: 1, day: 1}) <= days) year++
  while (dayNumber({year, month: 1, day: 1}) > days) year--
  let month = 1
  while (month < 12 && dayNumber({year, month: month + 1, day: 1}) <= days) month++
  return {year, month, day: days - dayNumber({year, month, day: 1}) + 1}
}

/** 1 for Monday to 7 for Sunday; 1970-01-01 was a Thursday. */
export function isoWeekday(days: number): number {
  return ((((days + 3) % 7) + 7) % 7) + 1
}
