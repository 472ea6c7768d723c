// What engines share of Verhoeff's check: his permutation of the digits, which is applied once more with every place from the
// right. The elements it gives are multiplied in the dihedral group of the pentagon: 0 to 4 turn it, 5 to 9 turn and flip it.

/** The permutation runs through these digits in a circle; 3 and 6 only change places. */
const circle = [0, 1, 5, 8, 9, 4, 2, 7]

/** Turns after which the permutation is where it began. */
export const verhoeffPeriod = 8

/** The element, 0 to 9, for a digit so many places from the right. */
export function verhoeffElement(digit: number, place: number): number {
  const at = circle.indexOf(digit)
  if (at < 0) return place % 2 === 0 ? digit : 9 - digit
  return circle[(at + place) % circle.length] ?? 0
}
