import type { AttachmentType } from '../contract/attachment.ts'

/**
 * The file without the parts that say more than the picture, where its format lets them be left out without encoding anew: texts, times
 * and EXIF of PNG, comments and XMP of GIF. The same buffer where there are none, and for other formats.
 * Throws where a GIF ends within a block, which decoders forgive.
 */
export function withoutRemarks(bytes: Buffer, type: AttachmentType): Buffer {
  const parts = type === 'image/png' ? pngParts(bytes) : type === 'image/gif' ? gifParts(bytes) : []
  if (parts.every(({ isRemark }) => !isRemark)) return bytes
  return Buffer.concat(parts.filter(({ isRemark }) => !isRemark).map((part) => part.bytes))
}

interface Part {
  bytes: Buffer
  isRemark: boolean
}

const PNG_SIGNATURE_BYTES = 8
// Length, type and checksum of a chunk.
const PNG_FRAME_BYTES = 12
const PNG_REMARKS = new Set(['tEXt', 'zTXt', 'iTXt', 'tIME', 'eXIf'])

/** A PNG's signature and chunks (https://www.w3.org/TR/png-3/#5Chunk-layout); what follows the last of them is no part of it. */
function pngParts(bytes: Buffer): Part[] {
  const parts: Part[] = [{ bytes: bytes.subarray(0, PNG_SIGNATURE_BYTES), isRemark: false }]
  for (let at = PNG_SIGNATURE_BYTES; at + PNG_FRAME_BYTES <= bytes.length;) {
    const name = bytes.toString('latin1', at + 4, at + 8)
    const end = at + PNG_FRAME_BYTES + bytes.readUInt32BE(at)
    parts.push({ bytes: bytes.subarray(at, end), isRemark: PNG_REMARKS.has(name) })
    at = end
    if (name === 'IEND') break
  }
  return parts
}

const GIF_HEADER_BYTES = 13
const EXTENSION = 0x21
const IMAGE = 0x2c
const COMMENT = 0xfe
const APPLICATION = 0xff
/** What applications say that belongs to the picture: how often it repeats. */
const GIF_LOOPS = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0'])

/** A GIF's header and blocks (https://www.w3.org/Graphics/GIF/spec-gif89a.txt), up to its trailer. */
function gifParts(bytes: Buffer): Part[] {
  let at = GIF_HEADER_BYTES + colourTableBytes(bytes[10])
  const parts: Part[] = [{ bytes: bytes.subarray(0, at), isRemark: false }]
  while (at < bytes.length) {
    const start = at
    const isExtension = bytes[at] === EXTENSION
    if (isExtension) at = endOfSubBlocks(bytes, at + 2)
    else if (bytes[at] === IMAGE) at = endOfSubBlocks(bytes, at + 11 + colourTableBytes(bytes[at + 9]))
    else at = bytes.length // the trailer
    if (at > bytes.length) throw new Error('The GIF ends within a block.')
    const label = isExtension ? bytes[start + 1] : undefined
    const isRemark =
      label === COMMENT ||
      (label === APPLICATION && !GIF_LOOPS.has(bytes.toString('latin1', start + 3, start + 14)))
    parts.push({ bytes: bytes.subarray(start, at), isRemark })
  }
  return parts
}

/** The size of the colour table that these flags announce. */
const colourTableBytes = (flags = 0): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1))

/** Sub-blocks begin with their length; an empty one is the last. */
function endOfSubBlocks(bytes: Buffer, from: number): number {
  let at = from
  for (;;) {
    const length = bytes[at] ?? 0
    at += 1 + length
    if (length === 0) return at
  }
}
