/** 12310 → 12,310; of whole numbers. By hand, as the first use of Intl in a process takes 15 ms. */
export function groupDigits(count: number | bigint): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}
