// Writing to the two streams. A JSON document never holds raw control characters or marks that turn the direction of the text, so
// a terminal that shows one is safe.

/** One JSON document on stdout, indented, what a terminal would act on escaped as JSON allows. */
export function printDocument(document: unknown): void {
  const text = JSON.stringify(document, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value), 2)
  process.stdout.write(`${text.replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escapeCharacter)}\n`)
}

export function printLine(stream: NodeJS.WriteStream, text: string): void {
  if (text !== '') stream.write(`${text}\n`)
}

const escapeCharacter = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
