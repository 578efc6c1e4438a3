import { latin1, type ImageKind } from './image-kind.ts'

/** What a file's header says of its picture, in pixels as they are stored. */
export interface HeaderSize {
  width: number
  height: number
}

/**
 * The greatest picture that a file's header announces; null where the header does not tell, or is cut off. It is read here,
 * since what matters is that no decoder ever finds more than this: the first frame of a GIF may be larger than its screen,
 * an AVIF's picture be put together from any of those that it lists. TIFF and SVG tell their size to their decoders alone.
 */
export function headerSize(bytes: Uint8Array, kind: Exclude<ImageKind, 'tiff' | 'svg'>): HeaderSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return readers[kind](view, bytes)
  } catch (error) {
    // A DataView refuses to read past its end.
    if (error instanceof RangeError) return null
    throw error
  }
}

type Reader = (view: DataView, bytes: Uint8Array) => HeaderSize | null

const readers: Record<Exclude<ImageKind, 'tiff' | 'svg'>, Reader> = {
  jpeg: jpegFrame,
  // PNG, section 11.2.1: IHDR comes first.
  png: (view) => ({ width: view.getUint32(16), height: view.getUint32(20) }),
  webp: webpSize,
  gif: gifSize,
  bmp: bmpSize,
  avif: largestExtent,
  heif: largestExtent,
}

/** A JPEG's size and its number of colour components: four are CMYK. */
export interface JpegFrame extends HeaderSize {
  components: number
}

/** The first frame header of a JPEG (ITU T.81, sections B.1 and B.2.2); throws a RangeError where the file ends before. */
export function jpegFrame(view: DataView, bytes: Uint8Array): JpegFrame | null {
  for (let at = bytes.indexOf(0xff, 2); at >= 0; at = bytes.indexOf(0xff, at)) {
    const marker = view.getUint8(at + 1)
    // Fill bytes, stuffed bytes and markers that stand alone.
    if (marker === 0xff || marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += marker === 0xff ? 1 : 2
    else if (marker === 0xd9 || marker === 0xda) return null
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return {
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        components: view.getUint8(at + 9),
      }
    else at += 2 + view.getUint16(at + 2)
  }
  return null
}

/** RFC 9649: what the first chunk tells. */
function webpSize(view: DataView, bytes: Uint8Array): HeaderSize | null {
  const chunk = latin1(bytes, 12, 4)
  if (chunk === 'VP8X')
    return {
      width: (view.getUint32(24, true) & 0xff_ffff) + 1,
      height: (view.getUint32(26, true) >>> 8) + 1,
    }
  if (chunk === 'VP8L') {
    const bits = view.getUint32(21, true)
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
  }
  if (chunk === 'VP8 ')
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
  return null
}

/** GIF89a, sections 18 and 20: the screen, or the first frame where that reaches beyond it. */
function gifSize(view: DataView): HeaderSize | null {
  const screen = { width: view.getUint16(6, true), height: view.getUint16(8, true) }
  let at = 13 + colourTableBytes(view.getUint8(10))
  for (;;) {
    const block = view.getUint8(at)
    if (block === 0x2c)
      return {
        width: Math.max(screen.width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true)),
        height: Math.max(screen.height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true)),
      }
    if (block !== 0x21) return null
    at += 2
    while (view.getUint8(at) !== 0) at += 1 + view.getUint8(at)
    at += 1
  }
}

function colourTableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 0x07) + 1) : 0
}

/** The old header has 12 bytes and 16-bit sizes; a negative height says that the rows run downwards. */
function bmpSize(view: DataView): HeaderSize {
  if (view.getUint32(14, true) === 12)
    return { width: view.getUint16(18, true), height: view.getUint16(20, true) }
  return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) }
}

/** The largest of all sizes (`ispe`) that a HEIF or AVIF file gives to its parts (ISO/IEC 23008-12, section 6.5.3). */
function largestExtent(view: DataView, bytes: Uint8Array): HeaderSize | null {
  const meta = metaBox(bytes)
  let largest: HeaderSize | null = null
  for (const at of positionsOf(meta, 'ispe')) {
    const offset = meta.byteOffset - bytes.byteOffset + at + 8
    const size = { width: view.getUint32(offset), height: view.getUint32(offset + 4) }
    if (!largest || size.width * size.height > largest.width * largest.height) largest = size
  }
  return largest
}

/**
 * The colour primaries that a HEIF file names by number (`colr` of type `nclx`, ITU-T H.273), or null: 1 are those of sRGB,
 * 12 of Display P3.
 */
export function heifPrimaries(bytes: Uint8Array): number | null {
  const meta = metaBox(bytes)
  const view = new DataView(meta.buffer, meta.byteOffset, meta.byteLength)
  const [at] = positionsOf(meta, 'colrnclx')
  return at === undefined || at + 10 > meta.length ? null : view.getUint16(at + 8)
}

/** The box that describes a HEIF file's pictures; empty where there is none. */
function metaBox(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at + 8 <= bytes.length;) {
    const short = view.getUint32(at)
    // 1 says that 64 bits follow, 0 that the box goes on to the end.
    const size = short === 1 ? Number(view.getBigUint64(at + 8)) : short === 0 ? bytes.length - at : short
    if (latin1(bytes, at + 4, 4) === 'meta') return bytes.subarray(at, at + size)
    if (size < 8) break
    at += size
  }
  return new Uint8Array()
}

/** Where a text stands: boxes are looked for by their names, so that none can hide in a box that is not understood here. */
function positionsOf(bytes: Uint8Array, text: string): number[] {
  const positions: number[] = []
  const first = text.charCodeAt(0)
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1))
    if (latin1(bytes, at, text.length) === text) positions.push(at)
  return positions
}
