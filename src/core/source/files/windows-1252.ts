// windows-1252 as text: Latin-1, but for 27 printable characters between 0x80 and 0x9f. Five bytes there have no character;
// they become U+FFFD, and lines holding them are found malformed before. (Some Node releases decode this range as Latin-1.)
const upperControls = '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ'

/** Text of windows-1252 bytes. */
export function windows1252Text(bytes: Uint8Array): string {
  const latin = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  return latin.replace(/[\x80-\x9f]/g, (character) => upperControls[character.charCodeAt(0) - 0x80] ?? '\ufffd')
}
