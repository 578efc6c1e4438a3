import sharp from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import { RENDITIONS, type Rendition } from '../contract/avatar.ts'
import { AppError } from '../platform/errors.ts'

/**
 * Decodes an uploaded rendition and throws `avatar.not_an_avatar` unless it is what the served pictures are:
 * WebP, one frame, 256×256 or 64×64 pixels, sRGB, whole, and without any metadata.
 */
export async function checkRendition(bytes: Buffer, rendition: Rendition): Promise<void> {
  const { side } = RENDITIONS[rendition]
  const refuse = (why: string, cause?: unknown): AppError =>
    new AppError('avatar.not_an_avatar', `The ${rendition} rendition ${why}.`, { cause })

  // The container is read first: sharp is not to guess formats, nor to decode what is too large.
  const header = readWebpHeader(bytes)
  if (header === null) throw refuse('is not a whole WebP file')
  // Decoders pass over a second chunk of a kind: whatever is in it would be served unseen.
  const extra = header.chunks.find(
    (chunk, n) => !PICTURE_CHUNKS.has(chunk) || header.chunks.indexOf(chunk) < n,
  )
  if (extra !== undefined) throw refuse(`carries more than the picture (${JSON.stringify(extra)})`)

  try {
    const image = sharp(bytes, {
      failOn: 'warning',
      limitInputPixels: side * side,
      animated: true,
      pages: -1,
    })
    const metadata = await image.metadata()
    if (metadata.format !== 'webp') throw refuse('is not WebP')
    if ((metadata.pages ?? 1) > 1) throw refuse('is an animation')
    if (metadata.width !== side || metadata.height !== side)
      throw refuse(`measures ${metadata.width}×${metadata.height} pixels instead of ${side}×${side}`)
    if (metadata.space !== 'srgb') throw refuse(`has the colour space ${metadata.space} instead of sRGB`)
    // Only decoding shows that the pixels are there.
    await image.raw().toBuffer()
  } catch (error) {
    throw error instanceof AppError ? error : refuse('cannot be decoded', error)
  }
}

/** Some 25 bytes that stand for a picture until it is there, in base64 (https://evanw.github.io/thumbhash/), of its small rendition. */
export async function thumbhashOf(thumb: Buffer): Promise<string> {
  const { data, info } = await sharp(thumb)
    .resize(THUMBHASH_SIDE, THUMBHASH_SIDE, { fit: 'inside', withoutEnlargement: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64')
}

/** The longer side of the largest image that can be hashed, in pixels. */
const THUMBHASH_SIDE = 100

// The chunks of a still picture (RFC 9649): lossy, lossless, extended header, alpha. No ICCP, EXIF, XMP, ANIM.
const PICTURE_CHUNKS = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH'])

/** The names of a WebP file's chunks in their order; null when the lengths do not add up to the file. */
function readWebpHeader(bytes: Buffer): { chunks: string[] } | null {
  if (
    bytes.length < 20 ||
    bytes.toString('latin1', 0, 4) !== 'RIFF' ||
    bytes.toString('latin1', 8, 12) !== 'WEBP'
  )
    return null
  if (bytes.readUInt32LE(4) + 8 !== bytes.length) return null
  const chunks: string[] = []
  let offset = 12
  while (offset + 8 <= bytes.length) {
    chunks.push(bytes.toString('latin1', offset, offset + 4))
    const length = bytes.readUInt32LE(offset + 4)
    offset += 8 + length + (length % 2)
  }
  return offset === bytes.length ? { chunks } : null
}
