import { PutObjectCommand } from '@aws-sdk/client-s3'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { avatarEndpoints } from '../../api/contract/avatar.ts'
import { sessionEndpoints } from '../../api/contract/session.ts'
import { openBucket, type Bucket } from '../support/bucket.ts'
import { presignUpload, sendRaw, type RawRequest } from '../support/embedded-s3.ts'
import { differentPictures, uprightLandscape, type Renditions } from '../support/photos.ts'
import { startTestApp, type Person, type TestApp } from '../support/test-app.ts'
import { testStorage } from '../support/test-cluster.ts'
import { complete, digest, presign, put, upload, type Presigned } from '../support/upload.ts'
import { cut, withChunk, withSize } from '../support/webp.ts'

let app: TestApp
let bucket: Bucket
let ada: Person
let picture: Renditions
let other: Renditions

beforeAll(async () => {
  app = await startTestApp()
  bucket = openBucket(testStorage())
  const [one, two] = await differentPictures(2)
  if (one === undefined || two === undefined) throw new Error('Two pictures were asked for.')
  picture = one
  other = two
})
afterAll(async () => {
  bucket.close()
  await app.stop()
})
beforeEach(async () => {
  ada = await app.person('Ada')
})

const pendingKey = ({ uploadId }: Presigned, file: '256.webp' | '64.webp'): string =>
  `${app.folder}pending/${ada.user.id}/${uploadId}/${file}`

async function expectUnchanged(): Promise<void> {
  expect((await ada.client.ok(sessionEndpoints.getMe, {})).user).toEqual(ada.user)
}

describe('the store itself refuses', () => {
  /** Another character in place of one, so that it stays as long as it was. */
  const flip = (text: string, at: number): string =>
    text.slice(0, at) + (text[at] === 'a' ? 'b' : 'a') + text.slice(at + 1)

  const bytesFlipped = (file: Buffer): Buffer => {
    const changed = Buffer.from(file)
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    return changed
  }

  type Tampering = (honest: RawRequest & { body: Buffer }) => RawRequest
  const withHeader = (request: RawRequest, name: string, value: string): RawRequest => ({
    ...request,
    headers: { ...request.headers, [name]: value },
  })
  const without = (request: RawRequest, name: string): RawRequest => ({
    ...request,
    headers: Object.fromEntries(Object.entries(request.headers).filter(([key]) => key !== name)),
  })

  const cases: Array<[string, Tampering]> = [
    ['other bytes of the same length', (it) => ({ ...it, body: bytesFlipped(it.body) })],
    [
      'other bytes with their own digest',
      (it) => {
        const body = bytesFlipped(it.body)
        return withHeader({ ...it, body }, 'x-amz-checksum-sha256', digest(body))
      },
    ],
    ['no digest', (it) => without(it, 'x-amz-checksum-sha256')],
    [
      'more bytes than announced',
      (it) =>
        withHeader(
          { ...it, body: Buffer.concat([it.body, Buffer.alloc(10)]) },
          'content-length',
          String(it.body.length + 10),
        ),
    ],
    [
      'fewer bytes than announced',
      (it) =>
        withHeader(
          { ...it, body: it.body.subarray(0, it.body.length - 10) },
          'content-length',
          String(it.body.length - 10),
        ),
    ],
    ['another type', (it) => withHeader(it, 'content-type', 'text/html')],
    ['no type', (it) => without(it, 'content-type')],
    ['the key of the other rendition', (it) => ({ ...it, url: it.url.replace('/256.webp?', '/64.webp?') })],
    ['the key at which pictures are served', (it) => ({ ...it, url: it.url.replace('/pending/', '/') })],
    [
      'another person’s key',
      (it) => ({ ...it, url: it.url.replace(ada.user.id, 'b3f7a7c0-7d0e-4c55-8f5e-0d7ac1b0c9aa') }),
    ],
    [
      'another signature',
      (it) => ({
        ...it,
        url: it.url.replace(/(X-Amz-Signature=)(\w+)/, (_, name, value) => name + flip(value, 5)),
      }),
    ],
    ['a longer life', (it) => ({ ...it, url: it.url.replace('X-Amz-Expires=300', 'X-Amz-Expires=86400') })],
    ['fewer signed headers', (it) => ({ ...it, url: it.url.replace('%3Bx-amz-checksum-sha256', '') })],
    ['no signature at all', (it) => ({ ...it, url: it.url.split('?')[0] ?? '' })],
    ['a right to read it', (it) => withHeader(it, 'x-amz-acl', 'public-read')],
    ['the same address for deleting', (it) => ({ ...it, method: 'DELETE' })],
  ]

  test.each(cases)('%s', async (_, tamper) => {
    const presigned = await presign(ada.client, picture)
    const honest = { ...presigned.full, body: picture.full }
    const answer = await sendRaw(tamper(honest))
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(answer.code).not.toBeNull()
    expect(await bucket.keys(app.folder)).toEqual([])
    // The very same request without tampering is taken, so it was the tampering that was refused.
    expect((await sendRaw(honest)).status).toBe(200)
    // The next case must not find it.
    await app.storage.remove(pendingKey(presigned, '256.webp'))
  })

  test('an address that has expired', async () => {
    const presigned = await presign(ada.client, picture)
    const expired = await presignUpload(bucket.client, {
      bucket: bucket.name,
      key: pendingKey(presigned, '256.webp'),
      body: picture.full,
      signedAt: new Date(Date.now() - 301_000),
      expiresIn: 300,
    })
    const answer = await sendRaw(expired)
    expect(answer).toMatchObject({ status: 403, code: 'AccessDenied' })
    expect(await bucket.keys(app.folder)).toEqual([])
  })
})

describe('where the store verifies nothing, the API does', () => {
  const overwrite = (presigned: Presigned, file: '256.webp' | '64.webp', Body: Buffer) =>
    bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key: pendingKey(presigned, file), Body }))

  const cases: Array<[string, '256.webp' | '64.webp', () => Buffer]> = [
    ['another picture', '256.webp', () => other.full],
    ['another thumbnail', '64.webp', () => other.thumb],
    ['a longer file', '256.webp', () => Buffer.concat([picture.full, Buffer.from('x')])],
    ['a shorter file', '64.webp', () => picture.thumb.subarray(0, -1)],
    ['nothing at all', '256.webp', () => Buffer.alloc(0)],
    ['a megabyte', '256.webp', () => Buffer.alloc(1024 * 1024)],
  ]

  test.each(cases)('%s in place of the announced one is 422', async (_, file, content) => {
    const presigned = await upload(ada.client, picture)
    await overwrite(presigned, file, content())
    const { uploadId } = presigned
    const problem = await ada.client.fails(avatarEndpoints.completeAvatar, { uploadId })
    expect(problem).toMatchObject({ status: 422, code: 'avatar.upload_mismatch' })
    await expectUnchanged()
  })

  test('a file swapped after it was completed is not what is served', async () => {
    const presigned = await upload(ada.client, picture)
    const { avatarUrl } = await complete(ada.client, presigned.uploadId)
    await overwrite(presigned, '256.webp', other.full)
    const { headers } = await ada.client.raw('GET', avatarUrl ?? '')
    const served = await fetch(headers.get('location') ?? '')
    expect(Buffer.from(await served.arrayBuffer()).equals(picture.full)).toBe(true)
  })
})

describe('what is no picture as it must be is 422', () => {
  let square: Buffer

  beforeAll(async () => {
    square = await sharp(await uprightLandscape())
      .resize(256, 256)
      .png()
      .toBuffer()
  })

  const webp = (width: number, height = width): Promise<Buffer> =>
    sharp(square).resize(width, height, { fit: 'fill' }).webp().toBuffer()
  const animation = async (): Promise<Buffer> =>
    sharp([square, await sharp(square).flip().png().toBuffer()], { join: { animated: true } })
      .webp({ delay: [100, 100] })
      .toBuffer()
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><rect width="9" height="9"/></svg>'

  const wrong: Array<[string, () => Promise<Buffer> | Buffer]> = [
    ['a text', () => Buffer.from('Not a picture at all, but of some length.')],
    ['one byte', () => Buffer.from('R')],
    ['only the beginning of a header', () => picture.full.subarray(0, 12)],
    ['a PNG', () => square],
    ['a JPEG', () => sharp(square).jpeg().toBuffer()],
    ['an AVIF', () => sharp(square).avif({ effort: 0 }).toBuffer()],
    ['an SVG', () => Buffer.from(svg)],
    ['a picture of 255×256', () => webp(255, 256)],
    ['a picture of 256×257', () => webp(256, 257)],
    ['a picture of 512×512', () => webp(512)],
    ['the thumbnail in its place', () => picture.thumb],
    ['an animation', animation],
    ['a picture with a colour profile', () => sharp(square).withIccProfile('srgb').webp().toBuffer()],
    ['a picture with another colour space', () => sharp(square).withIccProfile('p3').webp().toBuffer()],
    [
      'a picture with EXIF',
      () =>
        sharp(square)
          .withExif({ IFD0: { Copyright: 'somebody' } })
          .webp()
          .toBuffer(),
    ],
    [
      'a picture with XMP',
      () => sharp(square).withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>').webp().toBuffer(),
    ],
    ['a picture with an unknown chunk', () => withChunk(picture.full, 'NOTE', Buffer.from('hello'))],
    ['a picture with a second picture behind it', () => withChunk(picture.full, 'VP8 ', Buffer.alloc(5000))],
    ['a truncated file', () => picture.full.subarray(0, picture.full.length / 2)],
    ['a truncated file whose lengths were set right', () => cut(picture.full, 0.5)],
    ['a file with something behind its end', () => Buffer.concat([picture.full, Buffer.from('MZ')])],
    ['a picture full of noise', () => Buffer.concat([picture.full.subarray(0, 40), noise(4000)])],
    ['a picture that claims to be vast', () => withSize(picture.full, 16_383, 16_383)],
  ]

  test.each(wrong)('%s', async (_, make) => {
    const file = await make()
    const { uploadId } = await upload(ada.client, { full: file, thumb: picture.thumb })
    const started = performance.now()
    const problem = await ada.client.fails(avatarEndpoints.completeAvatar, { uploadId })
    expect(problem).toMatchObject({ status: 422, code: 'avatar.not_an_avatar' })
    expect(problem.detail).toContain('full')
    // No file of this size may occupy the server for long, whatever it claims to hold.
    expect(performance.now() - started).toBeLessThan(2_000)
    await expectUnchanged()
  })

  test('a thumbnail of the wrong size', async () => {
    const { uploadId } = await upload(ada.client, { full: picture.full, thumb: await webp(65) })
    const problem = await ada.client.fails(avatarEndpoints.completeAvatar, { uploadId })
    expect(problem).toMatchObject({ status: 422, code: 'avatar.not_an_avatar' })
    expect(problem.detail).toContain('thumb')
  })

  test('but a lossless picture and a transparent one are pictures', async () => {
    const lossless = async (side: number): Promise<Buffer> =>
      sharp(square).resize(side).webp({ lossless: true }).toBuffer()
    const transparent = async (side: number): Promise<Buffer> =>
      sharp(square).resize(side).ensureAlpha(0.5).webp().toBuffer()
    for (const make of [lossless, transparent]) {
      const { uploadId } = await upload(ada.client, { full: await make(256), thumb: await make(64) })
      await complete(ada.client, uploadId)
    }
    expect((await ada.client.ok(sessionEndpoints.getMe, {})).user.avatarVersion).toBe(2)
  })

  function noise(length: number): Buffer {
    let state = 1
    return Buffer.from(
      Array.from({ length }, () => {
        state = (state * 48_271) % 2_147_483_647
        return state & 255
      }),
    )
  }
})

test('after a refusal the same upload can still be made good', async () => {
  const presigned = await presign(ada.client, picture)
  await put(presigned.thumb, picture.thumb)
  const { uploadId } = presigned
  await bucket.client.send(
    new PutObjectCommand({
      Bucket: bucket.name,
      Key: pendingKey(presigned, '256.webp'),
      Body: other.full,
    }),
  )
  expect((await ada.client.fails(avatarEndpoints.completeAvatar, { uploadId })).status).toBe(422)
  await put(presigned.full, picture.full)
  expect((await complete(ada.client, uploadId)).avatarVersion).toBe(1)
})
