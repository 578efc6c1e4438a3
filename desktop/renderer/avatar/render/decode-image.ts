import { decodeByMagick } from './decode-by-magick.ts'
import { headerSize, jpegFrame } from './header-size.ts'
import { imageKind, type ImageKind } from './image-kind.ts'
import { refuseTooLarge, refuseTooManyBytes } from './limits.ts'
import { uprightCanvas } from './orientation.ts'
import { UNREADABLE, Unusable } from './unusable.ts'
import { takeOrientation } from './webp-orientation.ts'

/** A decoded picture, upright and in sRGB. */
export interface DecodedImage {
  bitmap: ImageBitmap
  /** Whether its kind can be transparent at all. */
  alpha: boolean
}

/** Decodes an image of any kind. Throws Unusable where it is too large, damaged, or of no known kind. */
export async function decodeImage(file: Blob): Promise<DecodedImage> {
  refuseTooManyBytes(file.size)
  const bytes = new Uint8Array(await file.arrayBuffer())
  const kind = imageKind(bytes)
  if (!kind) throw new Unusable({ why: 'unknownKind' })
  try {
    return { bitmap: await decode(bytes, kind), alpha: kind !== 'jpeg' }
  } catch (error) {
    throw error instanceof Unusable ? error : new Unusable(UNREADABLE, { cause: error })
  }
}

async function decode(bytes: Uint8Array<ArrayBuffer>, kind: ImageKind): Promise<ImageBitmap> {
  if (kind === 'tiff') return decodeByMagick(bytes, kind)
  if (kind === 'svg') {
    const { decodeSvg } = await import('./decode-svg.ts')
    return decodeSvg(bytes)
  }
  const size = headerSize(bytes, kind)
  if (!size) throw new Unusable(UNREADABLE)
  refuseTooLarge(size)
  if (kind === 'heif' || (kind === 'jpeg' && isCmyk(bytes))) return decodeByMagick(bytes, kind)
  return kind === 'webp' ? decodeWebp(bytes) : decodeByChromium(bytes)
}

const isCmyk = (bytes: Uint8Array) =>
  jpegFrame(new DataView(bytes.buffer, bytes.byteOffset), bytes)?.components === 4

/** Upright, in sRGB, and refused where it is cut off: Chromium does all of that. */
const decodeByChromium = (bytes: Uint8Array<ArrayBuffer>) =>
  createImageBitmap(new Blob([bytes]), { imageOrientation: 'from-image', colorSpaceConversion: 'default' })

async function decodeWebp(bytes: Uint8Array<ArrayBuffer>): Promise<ImageBitmap> {
  const { orientation, rest } = takeOrientation(bytes)
  const stored = await decodeByChromium(rest)
  if (orientation === 1) return stored
  const { canvas, pen } = uprightCanvas(stored.width, stored.height, orientation)
  pen.drawImage(stored, 0, 0)
  stored.close()
  return canvas.transferToImageBitmap()
}
