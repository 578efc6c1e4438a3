import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ATTACHMENT_THUMB_SIDE,
  attachmentEndpoints,
  MAX_ATTACHMENT_THUMB_BYTES,
  type Attachment,
  type AttachmentType,
} from '../../api/contract/attachment.ts'
import type { Room } from '../../api/contract/chat.ts'
import { attachable, SAID, talkative } from '../support/attached-images.ts'
import { openRoom } from '../support/chat.ts'
import { photo, uprightLandscape } from '../support/photos.ts'
import { startTestApp, type Person, type TestApp } from '../support/test-app.ts'
import { attachImage, fetchPicture, uploadImage } from '../support/upload.ts'

let app: TestApp
let ada: Person
let room: Room

beforeAll(async () => {
  app = await startTestApp()
  ada = await app.person('Ada')
  room = await openRoom(ada)
})
afterAll(() => app.stop())

async function served(address: string): Promise<{ file: Buffer; headers: Headers }> {
  const answer = await fetchPicture(ada.client, address)
  expect(answer.status).toBe(200)
  return { file: Buffer.from(await answer.arrayBuffer()), headers: answer.headers }
}

const attach = (image: Buffer, type: AttachmentType): Promise<Attachment> =>
  attachImage(ada.client, room.id, image, type)

/** By how much two images differ, from 0 to 255, as they are seen. */
async function difference(one: Buffer, other: Buffer): Promise<number> {
  const pixels = (image: Buffer): Promise<Buffer> =>
    sharp(image).autoOrient().removeAlpha().resize(120, 90, { fit: 'fill' }).raw().toBuffer()
  const [a, b] = await Promise.all([pixels(one), pixels(other)])
  return a.reduce((sum, value, n) => sum + Math.abs(value - (b[n] ?? 0)), 0) / a.length
}

describe('what says nothing but the picture', () => {
  test.each(Object.entries(attachable))('is served as it came: %s', async (_, { type, make }) => {
    const image = await make()
    const attachment = await attach(image, type)
    const { width, height, pageHeight } = await sharp(image, { pages: -1 }).metadata()
    expect(attachment).toMatchObject({
      name: `photo.${type.slice(6)}`,
      type,
      bytes: image.length,
      width,
      height: pageHeight ?? height,
      thumbhash: expect.stringMatching(/^[A-Za-z0-9+/]{20,50}=*$/),
    })
    const { file, headers } = await served(attachment.imageUrl)
    expect(file.equals(image)).toBe(true)
    expect(headers.get('content-type')).toBe(type)
    expect(headers.get('cache-control')).toBe('private, max-age=31536000, immutable')
  })

  test.each(Object.entries(attachable))(
    'has a small, still thumbnail without metadata: %s',
    async (_, { type, make }) => {
      const image = await make()
      const { imageThumbUrl, width, height } = await attach(image, type)
      const { file, headers } = await served(imageThumbUrl)
      const thumb = await sharp(file).metadata()
      const scale = Math.min(1, ATTACHMENT_THUMB_SIDE / Math.max(width, height))
      expect(thumb).toMatchObject({
        format: 'webp',
        width: Math.round(width * scale),
        height: Math.round(height * scale),
      })
      expect([thumb.pages, thumb.exif, thumb.xmp, thumb.icc]).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
      ])
      expect(file.length).toBeLessThanOrEqual(MAX_ATTACHMENT_THUMB_BYTES)
      expect(await difference(file, image)).toBeLessThan(8)
      expect(headers.get('content-type')).toBe('image/webp')
      expect(headers.get('cache-control')).toBe('private, max-age=31536000, immutable')
    },
  )
})

describe('what says more', () => {
  test.each(Object.entries(talkative))(
    'is served without it, upright, with its frames: %s',
    async (_, { type, make }) => {
      const image = await make()
      expect(image.toString('latin1')).toMatch(SAID)
      const attachment = await attach(image, type)
      const { file } = await served(attachment.imageUrl)
      expect(file.toString('latin1')).not.toMatch(SAID)
      const before = await sharp(image, { pages: -1 }).metadata()
      const after = await sharp(file, { pages: -1 }).metadata()
      expect(after).toMatchObject({ format: before.format, hasAlpha: before.hasAlpha })
      for (const said of ['exif', 'xmp', 'iptc', 'comments', 'orientation'] as const)
        expect(after[said], said).toBeUndefined()
      for (const kept of ['pages', 'delay', 'loop'] as const) expect(after[kept], kept).toEqual(before[kept])
      expect(attachment).toMatchObject({
        bytes: file.length,
        width: before.autoOrient.width,
        height: before.pageHeight ?? before.autoOrient.height,
      })
      expect([after.width, after.pageHeight ?? after.height]).toEqual([attachment.width, attachment.height])
      expect(await difference(file, image)).toBeLessThan(3)
    },
  )

  test('keeps its pixels where the format allows it', async () => {
    for (const what of ['a PNG with text', 'a PNG with EXIF', 'a GIF with a comment'] as const) {
      const { type, make } = talkative[what]
      const image = await make()
      const { file } = await served((await attach(image, type)).imageUrl)
      const pixels = (of: Buffer): Promise<Buffer> => sharp(of, { pages: -1 }).raw().toBuffer()
      expect((await pixels(file)).equals(await pixels(image)), what).toBe(true)
    }
  })

  test('lies as it is to be seen: a telephone’s photograph stands upright', async () => {
    const { imageUrl, width, height } = await attach(await photo('jpeg'), 'image/jpeg')
    expect([width, height]).toEqual([1200, 900])
    expect(await difference((await served(imageUrl)).file, await uprightLandscape())).toBeLessThan(8)
  })

  test('keeps its colours: a photograph in Display P3, and one for print', async () => {
    const upright = sharp(await uprightLandscape()).withExif({ IFD0: { Make: 'Medallion' } })
    const wide = await upright.clone().withIccProfile('p3').jpeg().toBuffer()
    const { file } = await served((await attach(wide, 'image/jpeg')).imageUrl)
    expect((await sharp(file).metadata()).icc).toEqual((await sharp(wide).metadata()).icc)
    expect(await difference(file, wide)).toBeLessThan(3)
    const print = await upright.clone().toColourspace('cmyk').jpeg().toBuffer()
    const printed = await served((await attach(print, 'image/jpeg')).imageUrl)
    expect((await sharp(printed.file).metadata()).space).toBe('srgb')
    expect(await difference(printed.file, print)).toBeLessThan(3)
  })
})

describe('what is no image is refused, with a reason for people', () => {
  const big = { width: 10_001, height: 10_000, channels: 3, background: '#fff' } as const
  const half = (image: Buffer): Buffer => image.subarray(0, Math.round(image.length * 0.7))
  const SVG =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'

  const cases: Array<[string, AttachmentType, () => Promise<Buffer>, RegExp]> = [
    ['a letter', 'image/png', () => photo('broken'), /not a PNG file/],
    ['an SVG', 'image/png', async () => Buffer.from(SVG), /not a PNG file/],
    ['a PNG that is called JPEG', 'image/jpeg', () => photo('png'), /not a JPEG file/],
    ['a JPEG that is called GIF', 'image/gif', () => photo('jpeg'), /not a GIF file/],
    ['a single byte', 'image/webp', async () => Buffer.from([0x52]), /not a WebP file/],
    [
      'a header alone',
      'image/png',
      async () => half(Buffer.from('\x89PNG\r\n\x1a\n0123456789', 'latin1')),
      /damaged/,
    ],
    ['too many pixels', 'image/png', () => sharp({ create: big }).png().toBuffer(), /100 million pixels/],
    ...Object.entries(attachable).map(([what, { type, make }]): (typeof cases)[number] => [
      `half of ${what}`,
      type,
      async () => half(await make()),
      /damaged/,
    ]),
  ]

  test.each(cases)('%s', async (_, type, make, why) => {
    const attachmentId = await uploadImage(ada.client, room.id, await make(), type)
    const problem = await ada.client.fails(attachmentEndpoints.completeAttachment, {
      id: room.id,
      attachmentId,
    })
    expect(problem).toMatchObject({ status: 422, code: 'chat.not_an_image' })
    expect(problem.detail).toMatch(why)
  })

  test('an animation of too many pixels in all', async () => {
    // Three small frames, which by the file's header are 40 million pixels each.
    const image = Buffer.from(await attachable['an animated GIF'].make())
    image.writeUInt16LE(10_000, 6)
    image.writeUInt16LE(4_000, 8)
    const attachmentId = await uploadImage(ada.client, room.id, image, 'image/gif')
    const problem = await ada.client.fails(attachmentEndpoints.completeAttachment, {
      id: room.id,
      attachmentId,
    })
    expect(problem).toMatchObject({ code: 'chat.not_an_image', detail: expect.stringContaining('pixels') })
  })
})
