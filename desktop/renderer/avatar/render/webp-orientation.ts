import { latin1 } from './image-kind.ts'
import { toOrientation, type Orientation } from './orientation.ts'

const ORIENTATION_TAG = 0x0112

/** The chunk's content, as a view and a name to be changed. */
interface ExifChunk {
  at: number
  content: DataView
}

/**
 * The orientation that a WebP file's EXIF asks for, and the file without it: Chromium 147 does not turn WebP pictures, and
 * must not begin to do so on top of this.
 */
export function takeOrientation(bytes: Uint8Array<ArrayBuffer>): {
  orientation: Orientation
  rest: Uint8Array<ArrayBuffer>
} {
  const exif = findExif(bytes)
  if (!exif) return { orientation: 1, rest: bytes }
  const rest = bytes.slice()
  // Decoders pass over chunks that they do not know (RFC 9649, section 2.7.1.6).
  rest.set(new TextEncoder().encode('none'), exif.at)
  return { orientation: exifOrientation(exif.content), rest }
}

function findExif(bytes: Uint8Array<ArrayBuffer>): ExifChunk | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true)
    const start = at + 8
    if (latin1(bytes, at, 4) === 'EXIF') {
      // Some writers repeat the prefix that JPEG puts before EXIF.
      const prefix = latin1(bytes, start, 6) === 'Exif\0\0' ? 6 : 0
      const length = Math.min(size, bytes.length - start) - prefix
      return {
        at,
        content: new DataView(bytes.buffer, bytes.byteOffset + start + prefix, Math.max(0, length)),
      }
    }
    at = start + size + (size % 2)
  }
  return null
}

/** The orientation in a TIFF structure (EXIF 2.32, section 4.5.2); upright where it is damaged. */
function exifOrientation(exif: DataView): Orientation {
  try {
    const little = exif.getUint16(0) === 0x4949
    const directory = exif.getUint32(4, little)
    const entries = exif.getUint16(directory, little)
    for (let entry = directory + 2; entry < directory + 2 + entries * 12; entry += 12)
      if (exif.getUint16(entry, little) === ORIENTATION_TAG)
        return toOrientation(exif.getUint16(entry + 8, little))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  return 1
}
