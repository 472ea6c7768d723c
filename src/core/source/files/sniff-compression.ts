// Compression by magic bytes; file names are not trusted.
import type {CaptureRecord} from '../../model/capture.ts'

/** What the first bytes of a file say about its compression. */
export function sniffCompression(head: Uint8Array): CaptureRecord['compression'] {
  if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 0x08) return 'gzip'
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd'
  return 'none'
}
