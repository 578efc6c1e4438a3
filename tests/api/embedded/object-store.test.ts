import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EmbeddedStorage } from '../../../api/embedded/embedded-services.ts'
import { startEmbeddedObjectStore } from '../../../api/embedded/object-store/object-store.ts'
import { createS3Client, presignDownload, presignUpload, sendRaw } from '../../support/embedded-s3.ts'

/*
 * What Medallion asks of any S3 store. Runs against the embedded one, or, with S3_ENDPOINT and AWS_* set, against that store:
 * the same cases must give the same answers.
 */

let storage: EmbeddedStorage
let client: S3Client
let stop: () => Promise<void>

/** Every run has its own corner of the bucket. */
const root = `conformance/${randomUUID()}/`
const bytes = Buffer.from('the very bytes that were announced')

beforeAll(async () => {
  const { S3_ENDPOINT, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_BUCKET_NAME } = process.env
  const settings = {
    accessKeyId: AWS_ACCESS_KEY_ID ?? 'AKIDCONFORMANCE',
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? randomBytes(24).toString('base64url'),
    region: AWS_REGION ?? 'eu-central-1',
    bucket: AWS_BUCKET_NAME ?? 'conformance',
  }
  if (S3_ENDPOINT !== undefined) {
    storage = { ...settings, endpoint: S3_ENDPOINT }
    stop = async () => {}
  } else {
    const dir = await mkdtemp(join(tmpdir(), 'medallion-store-'))
    const store = await startEmbeddedObjectStore({
      ...settings,
      dir,
      log: (message) => console.error(message),
    })
    storage = { ...settings, endpoint: store.endpoint }
    stop = async () => {
      await store.stop()
      await rm(dir, { recursive: true })
    }
  }
  client = createS3Client(storage)
})

afterAll(async () => {
  const left = await client.send(new ListObjectsV2Command({ Bucket: storage.bucket, Prefix: root }))
  for (const { Key } of left.Contents ?? []) {
    await client.send(new DeleteObjectCommand({ Bucket: storage.bucket, Key }))
  }
  client.destroy()
  await stop()
})

const sha256 = (body: Buffer | string) => createHash('sha256').update(body).digest('base64')

const at = (name: string) => ({ Bucket: storage.bucket, Key: root + name })

async function put(name: string, body: Buffer | string = bytes, more: object = {}) {
  return await client.send(
    new PutObjectCommand({ ...at(name), Body: body, ContentType: 'image/webp', ...more }),
  )
}

async function get(name: string): Promise<Buffer> {
  const answer = await client.send(new GetObjectCommand(at(name)))
  return Buffer.from((await answer.Body?.transformToByteArray()) ?? [])
}

async function isThere(name: string): Promise<boolean> {
  return await client.send(new HeadObjectCommand(at(name))).then(
    () => true,
    (error: unknown) => {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return false
      throw error
    },
  )
}

/** The refusal that a call ends with; fails the test if it succeeds. */
async function refusal(call: Promise<unknown>): Promise<{ code: string; status: number | undefined }> {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof S3ServiceException)) throw new Error(`Expected a refusal, got ${String(error)}`)
  return { code: error.name, status: error.$metadata.httpStatusCode }
}

describe('objects', () => {
  test('an object comes back as it was put, with its type, cache, ETag and checksum', async () => {
    const body = randomBytes(70_000)
    await put('whole', body, {
      CacheControl: 'public, max-age=31536000, immutable',
      ChecksumSHA256: sha256(body),
    })

    const read = await client.send(new GetObjectCommand({ ...at('whole'), ChecksumMode: 'ENABLED' }))
    expect(Buffer.from((await read.Body?.transformToByteArray()) ?? [])).toEqual(body)
    const head = await client.send(new HeadObjectCommand({ ...at('whole'), ChecksumMode: 'ENABLED' }))
    for (const answer of [read, head]) {
      expect(answer).toMatchObject({
        ContentType: 'image/webp',
        CacheControl: 'public, max-age=31536000, immutable',
        ContentLength: body.length,
        ETag: `"${createHash('md5').update(body).digest('hex')}"`,
        ChecksumSHA256: sha256(body),
      })
      expect(Math.abs(Date.now() - Number(answer.LastModified))).toBeLessThan(60_000)
    }
  })

  test('an empty object is an object', async () => {
    await put('empty', Buffer.alloc(0))
    expect(await get('empty')).toHaveLength(0)
  })

  test('the last of two uploads stays', async () => {
    await put('twice', 'first')
    await put('twice', 'second')
    expect((await get('twice')).toString()).toBe('second')
  })

  test('If-None-Match: * never replaces, however many try at once', async () => {
    const attempts = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => put('once', `attempt ${index}`, { IfNoneMatch: '*' })),
    )
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await refusal(put('once', 'late', { IfNoneMatch: '*' }))).toEqual({
      code: 'PreconditionFailed',
      status: 412,
    })
  })

  test('a deleted object is gone, and deleting it again is no error', async () => {
    await put('gone')
    await client.send(new DeleteObjectCommand(at('gone')))
    await client.send(new DeleteObjectCommand(at('gone')))
    expect(await refusal(get('gone'))).toEqual({ code: 'NoSuchKey', status: 404 })
    expect(await isThere('gone')).toBe(false)
  })

  test('many objects are deleted in one request', async () => {
    const names = ['many/1', 'many/2', 'many/<&>"\'']
    for (const name of names) await put(name)
    const answer = await client.send(
      new DeleteObjectsCommand({
        Bucket: storage.bucket,
        Delete: { Objects: [...names, 'many/never'].map((name) => ({ Key: root + name })) },
      }),
    )
    expect(answer.Errors ?? []).toEqual([])
    expect(answer.Deleted?.map(({ Key }) => Key)).toContain(`${root}many/<&>"'`)
    for (const name of names) expect(await isThere(name)).toBe(false)
  })

  test('keys with any characters are kept apart', async () => {
    const names = [
      'odd/a b+c%20d',
      'odd/A B+C%20D',
      'odd/ü/日本',
      "odd/!'()*~&=?#",
      'odd/con',
      'odd/nul.webp',
      'odd/12.50',
    ]
    for (const name of names) await put(name, name)
    for (const name of names) expect((await get(name)).toString()).toBe(name)
    const listed = await client.send(
      new ListObjectsV2Command({ Bucket: storage.bucket, Prefix: `${root}odd/` }),
    )
    expect(listed.Contents?.map(({ Key }) => Key).toSorted()).toEqual(
      names.map((name) => root + name).toSorted(),
    )
  })

  test('a list has the keys with a prefix, in order, page by page', async () => {
    const names = ['list/10', 'list/9', 'list/a', 'list/b/c', 'list/Z']
    for (const name of [...names, 'listless']) await put(name)
    const found: string[] = []
    let token: string | undefined
    do {
      const page = await client.send(
        new ListObjectsV2Command({
          Bucket: storage.bucket,
          Prefix: `${root}list/`,
          MaxKeys: 2,
          ContinuationToken: token,
        }),
      )
      expect(page.Contents?.length).toBeLessThanOrEqual(2)
      for (const { Key, Size } of page.Contents ?? []) {
        found.push(Key ?? '')
        expect(Size).toBe(bytes.length)
      }
      token = page.NextContinuationToken
    } while (token !== undefined)
    expect(found).toEqual(['10', '9', 'Z', 'a', 'b/c'].map((name) => `${root}list/${name}`))
  })
})

describe('buckets', () => {
  test('the bucket answers', async () => {
    const answer = await client.send(new HeadBucketCommand({ Bucket: storage.bucket }))
    expect(answer.$metadata.httpStatusCode).toBe(200)
  })

  test('a bucket that is not there is named so', async () => {
    const missing = `missing-${randomUUID()}`
    expect((await refusal(client.send(new HeadBucketCommand({ Bucket: missing })))).status).toBe(404)
    const upload = client.send(new PutObjectCommand({ Bucket: missing, Key: 'x', Body: 'x' }))
    expect(await refusal(upload)).toEqual({ code: 'NoSuchBucket', status: 404 })
  })

  test('a bucket is not created twice', async () => {
    const again = client.send(new CreateBucketCommand({ Bucket: storage.bucket }))
    expect(await refusal(again)).toEqual({ code: 'BucketAlreadyOwnedByYou', status: 409 })
  })
})

describe('requests signed in the header', () => {
  test('a digest that is not the body is refused', async () => {
    const wrong = sha256('something else')
    expect(await refusal(put('digest', bytes, { ChecksumSHA256: wrong }))).toEqual({
      code: 'BadDigest',
      status: 400,
    })
    expect(await isThere('digest')).toBe(false)
  })

  test.each([
    ['an unknown access key', { accessKeyId: 'AKIDFORGED' }, 'InvalidAccessKeyId', 403],
    ['a wrong secret', { secretAccessKey: 'guessed' }, 'SignatureDoesNotMatch', 403],
    ['another region', { region: 'mars-north-1' }, 'AuthorizationHeaderMalformed', 400],
  ])('%s is refused', async (_, forged, code, status) => {
    const stranger = createS3Client({ ...storage, ...forged })
    const upload = stranger.send(new PutObjectCommand({ ...at('forged'), Body: bytes }))
    expect(await refusal(upload)).toEqual({ code, status })
    expect(await isThere('forged')).toBe(false)
  })

  test.each([-20, 20])('a clock %i minutes off is refused', async (minutes) => {
    const skewed = createS3Client(storage, { systemClockOffset: minutes * 60_000 })
    const upload = skewed.send(new PutObjectCommand({ ...at('skewed'), Body: bytes }))
    expect(await refusal(upload)).toEqual({ code: 'RequestTimeTooSkewed', status: 403 })
  })

  test('a clock five minutes off is not', async () => {
    const skewed = createS3Client(storage, { systemClockOffset: -5 * 60_000 })
    await skewed.send(new PutObjectCommand({ ...at('nearly'), Body: bytes }))
    expect(await isThere('nearly')).toBe(true)
  })
})

describe('a presigned upload', () => {
  const terms = (name: string) => ({ bucket: storage.bucket, key: root + name, body: bytes })
  const otherBytes = Buffer.from(bytes.toString().toUpperCase())

  test('is accepted as it was signed', async () => {
    const upload = await presignUpload(client, terms('honest'))
    expect(new URL(upload.url).searchParams.get('X-Amz-SignedHeaders')).toBe(
      'content-length;content-type;host;x-amz-checksum-sha256',
    )
    expect(await sendRaw(upload)).toMatchObject({ status: 200, code: null })
    expect(await get('honest')).toEqual(bytes)
    const head = await client.send(new HeadObjectCommand(at('honest')))
    expect(head.ContentType).toBe('image/webp')
  })

  type Upload = Awaited<ReturnType<typeof presignUpload>>
  const withHeader = (upload: Upload, name: string, value: string): Upload => ({
    ...upload,
    headers: { ...upload.headers, [name]: value },
  })
  const withQuery = (upload: Upload, name: string, value: string): Upload => {
    const url = new URL(upload.url)
    url.searchParams.set(name, value)
    return { ...upload, url: url.href }
  }

  const attacks: [string, number, string, (upload: Upload) => Upload][] = [
    ['with other bytes', 400, 'BadDigest', (upload) => ({ ...upload, body: otherBytes })],
    [
      'with other bytes and their digest',
      403,
      'SignatureDoesNotMatch',
      (upload) => ({ ...withHeader(upload, 'x-amz-checksum-sha256', sha256(otherBytes)), body: otherBytes }),
    ],
    [
      'with more bytes',
      403,
      'SignatureDoesNotMatch',
      (upload) => ({
        ...withHeader(upload, 'content-length', String(bytes.length + 1)),
        body: Buffer.concat([bytes, Buffer.from('!')]),
      }),
    ],
    [
      'with fewer bytes',
      403,
      'SignatureDoesNotMatch',
      (upload) => ({
        ...withHeader(upload, 'content-length', String(bytes.length - 1)),
        body: bytes.subarray(1),
      }),
    ],
    [
      'of another type',
      403,
      'SignatureDoesNotMatch',
      (upload) => withHeader(upload, 'content-type', 'text/html'),
    ],
    [
      'without its digest',
      403,
      'SignatureDoesNotMatch',
      (upload) => {
        const { 'x-amz-checksum-sha256': _, ...headers } = upload.headers
        return { ...upload, headers }
      },
    ],
    [
      'to another key',
      403,
      'SignatureDoesNotMatch',
      (upload) => ({ ...upload, url: upload.url.replace('/attacked', '/elsewhere') }),
    ],
    [
      'with a changed signature',
      403,
      'SignatureDoesNotMatch',
      (upload) => withQuery(upload, 'X-Amz-Signature', '0'.repeat(64)),
    ],
    [
      'with a longer life',
      403,
      'SignatureDoesNotMatch',
      (upload) => withQuery(upload, 'X-Amz-Expires', '86400'),
    ],
    ['with one more parameter', 403, 'SignatureDoesNotMatch', (upload) => withQuery(upload, 'Date', 'today')],
    [
      'with an unsigned x-amz header',
      403,
      'AccessDenied',
      (upload) => withHeader(upload, 'x-amz-acl', 'public-read'),
    ],
    ['unsigned', 403, 'AccessDenied', (upload) => ({ ...upload, url: upload.url.replace(/\?.*/, '') })],
    [
      'signed by a key that does not exist',
      403,
      'InvalidAccessKeyId',
      (upload) =>
        withQuery(
          upload,
          'X-Amz-Credential',
          `AKIDFORGED/${new URL(upload.url).searchParams.get('X-Amz-Credential')?.split('/').slice(1).join('/')}`,
        ),
    ],
    [
      'with a bearer token beside the signature',
      400,
      'InvalidArgument',
      (upload) => withHeader(upload, 'authorization', 'Bearer token'),
    ],
    ['by POST', 403, 'SignatureDoesNotMatch', (upload) => ({ ...upload, method: 'POST' })],
  ]

  test.each(attacks)('%s is refused: %i %s', async (_, status, code, tamper) => {
    const id = randomUUID()
    const upload = await presignUpload(client, terms(`attacked/${id}`))
    expect(await sendRaw(tamper(upload))).toMatchObject({ status, code })
    expect(await isThere(`attacked/${id}`)).toBe(false)
    expect(await isThere(`elsewhere/${id}`)).toBe(false)
  })

  test('that has expired is refused', async () => {
    const signedAt = new Date(Date.now() - 301_000)
    const answer = await sendRaw(await presignUpload(client, { ...terms('late'), signedAt, expiresIn: 300 }))
    expect(answer).toMatchObject({ status: 403, code: 'AccessDenied' })
    expect(answer.body.toString()).toContain('Request has expired')
    expect(await isThere('late')).toBe(false)
  })

  test('that is not valid yet is refused', async () => {
    const signedAt = new Date(Date.now() + 20 * 60_000)
    const answer = await sendRaw(await presignUpload(client, { ...terms('early'), signedAt }))
    expect(answer).toMatchObject({ status: 403, code: 'AccessDenied' })
  })

  test('gives no right to read or to delete', async () => {
    await put('kept')
    const { url } = await presignUpload(client, terms('kept'))
    for (const method of ['GET', 'DELETE']) {
      expect(await sendRaw({ method, url, headers: {} })).toMatchObject({ status: 403 })
    }
    expect(await get('kept')).toEqual(bytes)
  })
})

describe('a presigned download', () => {
  test('is read with the headers that were signed', async () => {
    await put('read')
    const url = await presignDownload(client, storage.bucket, `${root}read`, {
      ResponseCacheControl: 'private, max-age=60',
      ResponseContentType: 'application/octet-stream',
    })
    const answer = await sendRaw({ method: 'GET', url, headers: {} })
    expect(answer.body).toEqual(bytes)
    expect(answer.headers).toMatchObject({
      'cache-control': 'private, max-age=60',
      'content-type': 'application/octet-stream',
    })
    const changed = url.replace(
      'response-content-type=application%2Foctet-stream',
      'response-content-type=text%2Fhtml',
    )
    expect(changed).not.toBe(url)
    expect(await sendRaw({ method: 'GET', url: changed, headers: {} })).toMatchObject({
      code: 'SignatureDoesNotMatch',
    })
  })

  test('gives no right to write', async () => {
    const url = await presignDownload(client, storage.bucket, `${root}unwritten`)
    const headers = { 'content-length': String(bytes.length) }
    expect(await sendRaw({ method: 'PUT', url, headers, body: bytes })).toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
    })
    expect(await isThere('unwritten')).toBe(false)
  })

  test('of nothing is NoSuchKey', async () => {
    const url = await presignDownload(client, storage.bucket, `${root}nothing`)
    expect(await sendRaw({ method: 'GET', url, headers: {} })).toMatchObject({
      status: 404,
      code: 'NoSuchKey',
    })
  })

  test('cannot be replaced by asking without a signature', async () => {
    await put('private')
    const url = `${storage.endpoint}/${storage.bucket}/${root}private`
    expect(await sendRaw({ method: 'GET', url, headers: {} })).toMatchObject({
      status: 403,
      code: 'AccessDenied',
    })
  })
})
