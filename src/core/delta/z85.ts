// Z85 (ZeroMQ RFC 32), the text form of bytes in deletion vectors: five characters for four bytes, big end first.
const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#'
const charactersPerGroup = 5

/** The bytes of the text; RangeError for text of another length or alphabet. */
export function decodeZ85(text: string): Uint8Array {
  if (text.length % charactersPerGroup !== 0) throw new RangeError('text of this length is no Z85')
  const view = new DataView(new ArrayBuffer((text.length / charactersPerGroup) * 4))
  for (let group = 0; group * charactersPerGroup < text.length; group++) {
    let value = 0
    for (const character of text.slice(group * charactersPerGroup, (group + 1) * charactersPerGroup)) {
      const digit = alphabet.indexOf(character)
      if (digit < 0) throw new RangeError('a character is no Z85')
      value = value * alphabet.length + digit
    }
    if (value >= 2 ** 32) throw new RangeError('a group of Z85 is beyond four bytes')
    view.setUint32(group * 4, value)
  }
  return new Uint8Array(view.buffer)
}
