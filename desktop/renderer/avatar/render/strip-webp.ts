/** The chunks that a still picture needs: its pixels, and the transparency beside them. */
const KEPT = new Set(['VP8 ', 'VP8L', 'ALPH', 'VP8X'])
/** VP8X's flags for what follows: ICC profile, EXIF, XMP (WebP Container Specification, Extended File Format). */
const METADATA_FLAGS = 0b0010_1100
const HEADER_BYTES = 12
const CHUNK_HEADER_BYTES = 8

interface Chunk {
  type: string
  /** The chunk whole: type, size, content and padding. */
  bytes: Uint8Array
}

const textAt = (file: Uint8Array, offset: number) => String.fromCharCode(...file.subarray(offset, offset + 4))

function chunksOf(file: Uint8Array): Chunk[] {
  if (file.length < HEADER_BYTES || textAt(file, 0) !== 'RIFF' || textAt(file, 8) !== 'WEBP')
    throw new TypeError('This is not a WebP file.')
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const chunks: Chunk[] = []
  for (let offset = HEADER_BYTES; offset < file.length;) {
    if (offset + CHUNK_HEADER_BYTES > file.length) throw new TypeError('This WebP file is cut off.')
    const size = view.getUint32(offset + 4, true)
    const end = offset + CHUNK_HEADER_BYTES + size + (size % 2)
    if (end > file.length) throw new TypeError('This WebP file is cut off.')
    chunks.push({ type: textAt(file, offset), bytes: file.subarray(offset, end) })
    offset = end
  }
  return chunks
}

/**
 * A still WebP without everything that is not its picture: Chromium adds an ICC profile, some 450 bytes, a third of a
 * thumbnail. Where there is no transparency the extended header goes too. Throws a TypeError for what is no WebP file.
 */
export function stripWebp(file: Uint8Array): Uint8Array<ArrayBuffer> {
  const kept = chunksOf(file).filter((chunk) => KEPT.has(chunk.type))
  const extended = kept.some((chunk) => chunk.type === 'ALPH')
  const chunks = kept
    .filter((chunk) => extended || chunk.type !== 'VP8X')
    .map((chunk) => (chunk.type === 'VP8X' ? withoutMetadataFlags(chunk.bytes) : chunk.bytes))
  const length = chunks.reduce((sum, bytes) => sum + bytes.length, HEADER_BYTES)

  const stripped = new Uint8Array(length)
  stripped.set(file.subarray(0, HEADER_BYTES))
  new DataView(stripped.buffer).setUint32(4, length - CHUNK_HEADER_BYTES, true)
  let offset = HEADER_BYTES
  for (const bytes of chunks) {
    stripped.set(bytes, offset)
    offset += bytes.length
  }
  return stripped
}

function withoutMetadataFlags(header: Uint8Array): Uint8Array {
  const copy = header.slice()
  copy[CHUNK_HEADER_BYTES] = (header[CHUNK_HEADER_BYTES] ?? 0) & ~METADATA_FLAGS
  return copy
}
