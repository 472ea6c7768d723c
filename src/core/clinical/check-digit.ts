// Check digits as their standards tell them, step by step: Luhn as ISO/IEC 7812-1 annex B, Verhoeff by his two tables. For texts at hand; rows are
// judged by engines, whose own ways are held against this one.

/** Whether the last of 2 to 18 digits checks the others; any other text has no check digit. */
export function hasCheckDigit(text: string, algorithm: 'luhn' | 'verhoeff'): boolean {
  if (!/^[0-9]{2,18}$/.test(text)) return false
  const fromRight = [...text].reverse().map(Number)
  return algorithm === 'luhn' ? luhnSum(fromRight) % 10 === 0 : verhoeffProduct(fromRight) === 0
}

function luhnSum(fromRight: readonly number[]): number {
  return fromRight.reduce((sum, digit, place) => {
    if (place % 2 === 0) return sum + digit
    const doubled = digit * 2
    return sum + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
}

const product = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
]
const permutations = ['0123456789', '1576283094', '5803796142', '8916043527', '9453126870', '4286573901', '2793806415', '7046913258']

function verhoeffProduct(fromRight: readonly number[]): number {
  return fromRight.reduce((state, digit, place) => Number(product[state]?.[Number(permutations[place % 8]?.[digit])]), 0)
}
