// Times as the dashboard shows them beside those of the reports. Pure.

/** How old, briefly: `45 s`, `16 min`, `2 h`, `3 d`; nothing for what is not a time. */
export function age(instant: string, now: Date): string {
  const seconds = Math.max(0, (now.getTime() - Date.parse(instant)) / 1000)
  if (!Number.isFinite(seconds)) return ''
  if (seconds < 60) return `${Math.floor(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  return seconds < 48 * 3600 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`
}

/** A number of hours as promised: `24 h`, `8 d`. */
export function hours(count: number): string {
  return count >= 48 && count % 24 === 0 ? `${count / 24} d` : `${Math.round(count * 10) / 10} h`
}
