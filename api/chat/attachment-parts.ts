import type { AttachmentType } from '../contract/attachment.ts'

/** A piece of a file, and whether it says something beside the picture. */
interface Part {
  bytes: Buffer
  isRemark: boolean
}

const PARTS: Record<AttachmentType, (bytes: Buffer) => Part[] | null> = {
  'image/jpeg': jpegParts,
  'image/png': pngParts,
  'image/webp': webpParts,
  'image/gif': gifParts,
}

/**
 * The file without what it says beside the picture, and not a pixel touched: EXIF, XMP, IPTC, comments, texts, times, and whatever
 * follows its end. The same buffer where there is nothing of that; null where its parts cannot be told. Throws where a GIF ends
 * within a block, which decoders forgive.
 */
export function withoutRemarks(bytes: Buffer, type: AttachmentType): Buffer | null {
  const parts = PARTS[type](bytes)
  if (parts === null) return null
  if (parts.every(({ isRemark }) => !isRemark)) return bytes
  const file = Buffer.concat(parts.filter(({ isRemark }) => !isRemark).map((part) => part.bytes))
  if (type === 'image/webp') correctWebpHeader(file)
  return file
}

/** What is behind the last part of an image is no part of it: videos, further images, anything. */
const rest = (bytes: Buffer, from: number): Part[] =>
  from < bytes.length ? [{ bytes: bytes.subarray(from), isRemark: true }] : []

const MARKER = 0xff
const END_OF_IMAGE = 0xd9
const START_OF_SCAN = 0xda
const JFIF = 0xe0
const PROFILE = 0xe2
const ADOBE = 0xee
const JPEG_COMMENT = 0xfe

/** A JPEG's segments (https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B); null where something lies between them. */
function jpegParts(bytes: Buffer): Part[] | null {
  const parts: Part[] = [{ bytes: bytes.subarray(0, 2), isRemark: false }]
  for (let at = 2; at + 2 <= bytes.length;) {
    const kind = bytes[at + 1] ?? 0
    if (bytes[at] !== MARKER) return null
    if (kind === END_OF_IMAGE)
      return [...parts, { bytes: bytes.subarray(at, at + 2), isRemark: false }, ...rest(bytes, at + 2)]
    if (at + 4 > bytes.length) return null
    const headed = at + 2 + bytes.readUInt16BE(at + 2)
    const end = kind === START_OF_SCAN ? endOfScan(bytes, headed) : headed
    const part = bytes.subarray(at, end)
    parts.push({ bytes: part, isRemark: isJpegRemark(kind, part) })
    at = end
  }
  return null
}

/** What applications say (APP0 to APP15) and comments, less what decoders need: the density, the colour profile, the colour transform. */
function isJpegRemark(kind: number, segment: Buffer): boolean {
  if (kind === JPEG_COMMENT) return true
  if (kind < JFIF || kind > JFIF + 15) return false
  if (kind === PROFILE) return segment.toString('latin1', 4, 15) !== 'ICC_PROFILE'
  return kind !== JFIF && kind !== ADOBE
}

/** Behind a scan's header come its data, in which a marker's first byte is followed by zero or by a restart's number. */
function endOfScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(MARKER, from); at !== -1; at = bytes.indexOf(MARKER, at)) {
    const next = bytes[at + 1] ?? 0
    if (next !== 0 && (next < 0xd0 || next > 0xd7)) return at
    at += 2
  }
  return bytes.length
}

const PNG_SIGNATURE_BYTES = 8
// Length, type and checksum of a chunk.
const PNG_FRAME_BYTES = 12
const PNG_REMARKS = new Set(['tEXt', 'zTXt', 'iTXt', 'tIME', 'eXIf'])

/** A PNG's signature and chunks (https://www.w3.org/TR/png-3/#5Chunk-layout). */
function pngParts(bytes: Buffer): Part[] {
  const parts: Part[] = [{ bytes: bytes.subarray(0, PNG_SIGNATURE_BYTES), isRemark: false }]
  let at = PNG_SIGNATURE_BYTES
  for (let name = ''; name !== 'IEND' && at + PNG_FRAME_BYTES <= bytes.length;) {
    name = bytes.toString('latin1', at + 4, at + 8)
    const end = at + PNG_FRAME_BYTES + bytes.readUInt32BE(at)
    parts.push({ bytes: bytes.subarray(at, end), isRemark: PNG_REMARKS.has(name) })
    at = end
  }
  return [...parts, ...rest(bytes, at)]
}

const RIFF_HEADER_BYTES = 12
const WEBP_PICTURE = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])

/** A WebP's header and chunks (RFC 9649), each of an even length. */
function webpParts(bytes: Buffer): Part[] {
  const parts: Part[] = [{ bytes: bytes.subarray(0, RIFF_HEADER_BYTES), isRemark: false }]
  const whole = Math.min(bytes.length, bytes.readUInt32LE(4) + 8)
  let at = RIFF_HEADER_BYTES
  while (at + 8 <= whole) {
    const length = bytes.readUInt32LE(at + 4)
    const end = at + 8 + length + (length % 2)
    parts.push({
      bytes: bytes.subarray(at, end),
      isRemark: !WEBP_PICTURE.has(bytes.toString('latin1', at, at + 4)),
    })
    at = end
  }
  return [...parts, ...rest(bytes, at)]
}

/** The header tells how long the file is, and whether there are EXIF and XMP. */
function correctWebpHeader(file: Buffer): void {
  file.writeUInt32LE(file.length - 8, 4)
  const hasFlags = file.toString('latin1', RIFF_HEADER_BYTES, RIFF_HEADER_BYTES + 4) === 'VP8X'
  if (hasFlags) file[RIFF_HEADER_BYTES + 8] = (file[RIFF_HEADER_BYTES + 8] ?? 0) & ~0b1100
}

const GIF_HEADER_BYTES = 13
const EXTENSION = 0x21
const IMAGE = 0x2c
const GIF_COMMENT = 0xfe
const APPLICATION = 0xff
/** What applications say that belongs to the picture: how often it repeats. */
const GIF_LOOPS = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0'])

/** A GIF's header and blocks (https://www.w3.org/Graphics/GIF/spec-gif89a.txt), with its trailer. */
function gifParts(bytes: Buffer): Part[] {
  let at = GIF_HEADER_BYTES + colourTableBytes(bytes[10])
  const parts: Part[] = [{ bytes: bytes.subarray(0, at), isRemark: false }]
  while (bytes[at] === EXTENSION || bytes[at] === IMAGE) {
    const start = at
    const isExtension = bytes[start] === EXTENSION
    at = endOfSubBlocks(bytes, start + (isExtension ? 2 : 11 + colourTableBytes(bytes[start + 9])))
    if (at > bytes.length) throw new Error('The GIF ends within a block.')
    parts.push({ bytes: bytes.subarray(start, at), isRemark: isExtension && isGifRemark(bytes, start) })
  }
  return [...parts, { bytes: bytes.subarray(at, at + 1), isRemark: false }, ...rest(bytes, at + 1)]
}

const isGifRemark = (bytes: Buffer, at: number): boolean =>
  bytes[at + 1] === GIF_COMMENT ||
  (bytes[at + 1] === APPLICATION && !GIF_LOOPS.has(bytes.toString('latin1', at + 3, at + 14)))

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
