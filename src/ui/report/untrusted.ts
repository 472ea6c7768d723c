// Text that came from outside (file names, headers, values) may hold terminal escapes, line breaks or direction marks. Every
// such text passes here before it reaches a terminal.

/** The text on one line, with everything a terminal would act on made visible as �. */
export function untrusted(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\t\n\r\v\f\u0085\u2028\u2029]+/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g, '�')
}
