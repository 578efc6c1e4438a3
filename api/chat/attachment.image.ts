import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp'
import { thumbhashOf } from '../avatar/avatar.image.ts'
import {
  ATTACHMENT_THUMB_SIDE,
  MAX_ATTACHMENT_BYTES,
  MAX_ATTACHMENT_PIXELS,
  MAX_ATTACHMENT_THUMB_BYTES,
  type AttachmentType,
} from '../contract/attachment.ts'
import { AppError } from '../platform/errors.ts'
import { withoutRemarks } from './attachment-parts.ts'

/** An image as it is served. */
export interface ServedImage {
  /** In the format in which it came, without EXIF, XMP and IPTC: no place, no camera, no name. */
  file: Buffer
  /** As it is seen; of one frame. */
  width: number
  height: number
  /** A still WebP without metadata. */
  thumb: Buffer
  thumbhash: string
}

interface Format {
  name: string
  /** What sharp calls it. */
  id: 'jpeg' | 'png' | 'webp' | 'gif'
  /** How its files begin: sharp is not to guess, since it reads much more than these. */
  begins: RegExp
}

const FORMATS: Record<AttachmentType, Format> = {
  'image/jpeg': { name: 'JPEG', id: 'jpeg', begins: /^\xff\xd8\xff/ },
  'image/png': { name: 'PNG', id: 'png', begins: /^\x89PNG/ },
  'image/webp': { name: 'WebP', id: 'webp', begins: /^RIFF[^]{4}WEBP/ },
  'image/gif': { name: 'GIF', id: 'gif', begins: /^GIF8[79]a/ },
}

const HEAD_BYTES = 16
/** From hardly a loss to one that can be seen: the first that fits is taken. */
const FILE_QUALITIES = [93, 85, 70]
const THUMB_QUALITIES = [82, 60, 30]

// Not every warning: cameras write files of which decoders complain and which everybody can see.
const READING: SharpOptions = { failOn: 'error', limitInputPixels: MAX_ATTACHMENT_PIXELS }

/** Decodes an uploaded image and makes what is served of it. Throws `chat.not_an_image`, for the person who chose it to read. */
export async function toServedImage(bytes: Buffer, type: AttachmentType): Promise<ServedImage> {
  const { name, id, begins } = FORMATS[type]
  if (!begins.test(bytes.toString('latin1', 0, HEAD_BYTES)))
    throw refuse(`This is not a ${name} file, whatever its name says. Save it anew as an image.`)
  try {
    const metadata = await sharp(bytes, { ...READING, limitInputPixels: false, pages: -1 }).metadata()
    if (metadata.format !== id) throw refuse(`This is not a ${name} file, whatever its name says.`)
    const { width, height } = frameOf(metadata)
    if (width * height * (metadata.pages ?? 1) > MAX_ATTACHMENT_PIXELS) throw tooLarge()
    if ((metadata.pages ?? 1) > 1) await decodeEveryFrame(bytes)
    const thumb = await toThumb(bytes)
    return {
      file: await withoutMetadata(bytes, type, metadata),
      width,
      height,
      thumb,
      thumbhash: await thumbhashOf(thumb),
    }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw refuse('This image is damaged: it cannot be read to its end. Save it anew.', error)
  }
}

/** One frame as it is seen. */
function frameOf({ autoOrient, pages = 1, pageHeight }: Metadata): { width: number; height: number } {
  return {
    width: autoOrient.width,
    height: pages > 1 ? (pageHeight ?? autoOrient.height) : autoOrient.height,
  }
}

/** The thumbnail shows only that the first one is there. */
async function decodeEveryFrame(bytes: Buffer): Promise<void> {
  await sharp(bytes, { ...READING, pages: -1 })
    .resize(8)
    .raw()
    .toBuffer()
}

const toThumb = (bytes: Buffer): Promise<Buffer> =>
  smallEnough(MAX_ATTACHMENT_THUMB_BYTES, THUMB_QUALITIES, (quality) =>
    sharp(bytes, READING)
      .autoOrient()
      .resize(ATTACHMENT_THUMB_SIDE, ATTACHMENT_THUMB_SIDE, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality }),
  )

/** The very bytes where they say nothing but the picture. */
async function withoutMetadata(bytes: Buffer, type: AttachmentType, metadata: Metadata): Promise<Buffer> {
  const isTurned = (metadata.orientation ?? 1) !== 1
  const bare = isTurned ? bytes : withoutRemarks(bytes, type)
  const { exif, xmp, iptc } = bare === bytes ? metadata : await sharp(bare, READING).metadata()
  if (exif === undefined && xmp === undefined && iptc === undefined) return bare
  return encodeAnew(bytes, type, metadata)
}

/** In its own format, upright, with its colours and its frames. */
function encodeAnew(bytes: Buffer, type: AttachmentType, metadata: Metadata): Promise<Buffer> {
  const upright = (): Sharp => {
    const image = sharp(bytes, { ...READING, pages: -1 }).autoOrient()
    // What was meant for print comes out in sRGB, which every screen shows.
    return metadata.space === 'cmyk' ? image : image.keepIccProfile()
  }
  return smallEnough(MAX_ATTACHMENT_BYTES, FILE_QUALITIES, (quality) => {
    switch (type) {
      case 'image/jpeg':
        return upright().jpeg({
          quality,
          chromaSubsampling: metadata.chromaSubsampling === '4:4:4' ? '4:4:4' : '4:2:0',
          progressive: metadata.isProgressive,
        })
      case 'image/png':
        return upright().png()
      case 'image/webp':
        return upright().webp({ quality, smartSubsample: true })
      case 'image/gif':
        return upright().gif()
    }
  })
}

/** The first quality whose file has at most so many bytes, or else the last. */
async function smallEnough(
  bytes: number,
  qualities: readonly number[],
  encode: (quality: number) => Sharp,
): Promise<Buffer> {
  let file = Buffer.alloc(0)
  for (const quality of qualities) {
    file = await encode(quality).toBuffer()
    if (file.length <= bytes) break
  }
  return file
}

const tooLarge = (): AppError =>
  refuse(
    `This image has more than ${MAX_ATTACHMENT_PIXELS / 1_000_000} million pixels. Make it smaller, then attach it.`,
  )

const refuse = (why: string, cause?: unknown): AppError => new AppError('chat.not_an_image', why, { cause })
