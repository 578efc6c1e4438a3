import { MAX_ATTACHMENT_BYTES, MAX_ATTACHMENT_THUMB_BYTES } from '../../../api/contract/attachment.ts'
import { RENDITIONS } from '../../../api/contract/avatar.ts'
import { imageType } from '../image-type.ts'

/** A kind of picture that a cache keeps. */
export interface CachedKind {
  /** How many are kept; beyond that those that were shown least lately go. */
  most: number
  /** The greatest file, in bytes. */
  maxBytes: number
  /** How long one may take to load, in milliseconds. */
  timeoutMs: number
  /** How its files' names end. */
  ending: string
  /** Whether these bytes are such a picture, as far as can be told without decoding it. */
  isWhole: (bytes: Buffer) => boolean
}

/** Whether this is a WebP file, and whole by what its header says (RFC 9649, 2.3). */
const isWholeWebp = (bytes: Buffer): boolean =>
  imageType(bytes) === 'image/webp' && bytes.readUInt32LE(4) + 8 === bytes.length

/** Pictures of people and rooms: some 30 MB. */
export const AVATARS: CachedKind = {
  most: 2_000,
  maxBytes: RENDITIONS.full.maxBytes,
  timeoutMs: 20_000,
  ending: '.webp',
  isWhole: isWholeWebp,
}

/** Thumbnails of images in messages: some 50 MB. */
export const THUMBS: CachedKind = {
  most: 500,
  maxBytes: MAX_ATTACHMENT_THUMB_BYTES,
  timeoutMs: 30_000,
  ending: '.webp',
  isWhole: isWholeWebp,
}

/** Images in messages as they were sent: some 150 MB, a gigabyte at the worst. */
export const ORIGINALS: CachedKind = {
  most: 50,
  maxBytes: MAX_ATTACHMENT_BYTES,
  timeoutMs: 180_000,
  ending: '',
  isWhole: (bytes) => (imageType(bytes) === 'image/webp' ? isWholeWebp(bytes) : imageType(bytes) !== null),
}
