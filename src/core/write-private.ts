// Files for people that tell of rejected rows: private to their owner, synced, and never written over another.
import {open} from 'node:fs/promises'
import {HippoError} from './errors/hippo-error.ts'
import {systemCode} from './store/system-code.ts'

/** CONFIG_USAGE when the file is there already; `flag` is what names it on the command line. */
export async function writePrivate(file: string, text: string, flag = '--out FILE'): Promise<void> {
  const handle = await open(file, 'wx', 0o600).catch((cause: unknown) => {
    const isThere = systemCode(cause) === 'EEXIST'
    throw new HippoError(isThere ? 'CONFIG_USAGE' : 'CONFIG_INVALID', {
      message: isThere ? `${file} is there already; it was not written over` : `${file} cannot be written`,
      hint: isThere ? `give it another name with ${flag}` : `name a place that you may write to with ${flag}`,
      cause,
    })
  })
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** One line of CSV with its end: RFC 4180 quotes where they are needed, an empty field for null. */
export const csvLine = (fields: readonly (string | null)[]): string => `${fields.map(csvField).join(',')}\n`

function csvField(value: string | null): string {
  if (value === null) return ''
  return /[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}
