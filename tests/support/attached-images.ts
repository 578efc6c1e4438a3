import { crc32 } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import type { AttachmentType } from '../../api/contract/attachment.ts'
import { photo, uprightLandscape } from './photos.ts'

const DELAYS = [100, 200, 300]
const LOOP = 3

/** Three pictures of 200×150 pixels, one after another. */
async function animation(): Promise<Sharp> {
  const small = await sharp(await uprightLandscape())
    .resize(200, 150)
    .png()
    .toBuffer()
  const frames = await Promise.all([0, 90, 180].map((hue) => sharp(small).modulate({ hue }).png().toBuffer()))
  return sharp(frames, { join: { animated: true } })
}

const plain = async (): Promise<Sharp> => sharp(await uprightLandscape())

/** What people attach, by what it is: none of these says more than the picture. */
export const attachable = {
  'a photograph': { type: 'image/jpeg', make: async () => (await plain()).jpeg().toBuffer() },
  'a cut-out': { type: 'image/png', make: () => photo('png') },
  'a WebP': { type: 'image/webp', make: () => photo('webp') },
  'an animated GIF': {
    type: 'image/gif',
    make: async () => (await animation()).gif({ delay: DELAYS, loop: LOOP }).toBuffer(),
  },
  'an animated WebP': {
    type: 'image/webp',
    make: async () => (await animation()).webp({ delay: DELAYS, loop: LOOP }).toBuffer(),
  },
} as const satisfies Record<string, { type: AttachmentType; make: () => Promise<Buffer> }>

const CAMERA = { IFD0: { Make: 'Medallion', Artist: 'Ada Lovelace' } }
const AUTHOR =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="Ada Lovelace"/></rdf:RDF></x:xmpmeta>'

/** Images that say who made them, where or with what. */
export const talkative = {
  'a telephone’s JPEG on its side': { type: 'image/jpeg', make: () => photo('jpeg') },
  'a JPEG with XMP': {
    type: 'image/jpeg',
    make: async () => (await plain()).withXmp(AUTHOR).jpeg().toBuffer(),
  },
  'a PNG with EXIF': {
    type: 'image/png',
    make: async () => (await plain()).withExif(CAMERA).png().toBuffer(),
  },
  'a PNG on its side': {
    type: 'image/png',
    make: async () =>
      (await plain()).rotate(270).withMetadata({ orientation: 6 }).withExifMerge(CAMERA).png().toBuffer(),
  },
  'a WebP with EXIF and XMP': {
    type: 'image/webp',
    make: async () => (await plain()).withExif(CAMERA).withXmp(AUTHOR).webp().toBuffer(),
  },
  'an animated WebP with EXIF': {
    type: 'image/webp',
    make: async () => (await animation()).withExif(CAMERA).webp({ delay: DELAYS, loop: LOOP }).toBuffer(),
  },
  'a PNG with text': { type: 'image/png', make: async () => withPngText(await photo('png')) },
  'a GIF with a comment': {
    type: 'image/gif',
    make: async () => withGifComment(await attachable['an animated GIF'].make()),
  },
} as const satisfies Record<string, { type: AttachmentType; make: () => Promise<Buffer> }>

/** What each of these says, and nothing that is served may say. */
export const SAID = /Lovelace|Medallion/

/** Behind the header, as editors write it. */
function withPngText(png: Buffer): Buffer {
  const HEADER_END = 33
  const text = Buffer.from('Author\0Ada Lovelace', 'latin1')
  const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from('tEXt'), text, Buffer.alloc(4)])
  chunk.writeUInt32BE(text.length)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4)
  return Buffer.concat([png.subarray(0, HEADER_END), chunk, png.subarray(HEADER_END)])
}

function withGifComment(gif: Buffer): Buffer {
  const text = Buffer.from('Ada Lovelace', 'latin1')
  const comment = Buffer.concat([Buffer.from([0x21, 0xfe, text.length]), text, Buffer.from([0])])
  const loops = gif.indexOf(Buffer.from([0x21, 0xff, 11]))
  return Buffer.concat([gif.subarray(0, loops), comment, gif.subarray(loops)])
}
