import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { SignatureV4 } from '@smithy/signature-v4'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { EmbeddedStorage } from '../../../api/embedded/embedded-services.ts'
import {
  startEmbeddedObjectStore,
  type EmbeddedObjectStore,
} from '../../../api/embedded/object-store/object-store.ts'
import { toS3Error } from '../../../api/embedded/object-store/s3-error.ts'
import { Sha256 } from '../../../api/embedded/object-store/sha256.ts'
import { startChild } from '../../support/embedded-child.ts'
import { createS3Client, presignDownload, presignUpload, sendRaw } from '../../support/embedded-s3.ts'

/* What only the embedded store promises: its limits, its clock, what it leaves on the disk, and that it survives being killed. */

const settings = {
  accessKeyId: 'AKIDEMBEDDED',
  secretAccessKey: randomBytes(24).toString('base64url'),
  region: 'eu-central-1',
  bucket: 'pictures',
}
const MAX_BYTES = 100_000
const bytes = Buffer.from('some bytes')

let dir: string
let store: EmbeddedObjectStore
let storage: EmbeddedStorage
let client: S3Client
let clock: Date | null
let logged: string[]

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'medallion-store-'))
  clock = null
  logged = []
  store = await startEmbeddedObjectStore({
    ...settings,
    dir,
    maxObjectBytes: MAX_BYTES,
    now: () => clock ?? new Date(),
    log: (message) => logged.push(message),
  })
  storage = { ...settings, endpoint: store.endpoint }
  client = createS3Client(storage)
})

afterEach(async () => {
  client.destroy()
  await store.stop()
  await rm(dir, { recursive: true })
})

/** Every file under the store's folder. */
async function filesOnDisk(): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** Signs any request at all, in the header. */
async function sign(
  method: string,
  path: string,
  headers: Record<string, string>,
  query: Record<string, string> = {},
) {
  const { accessKeyId, secretAccessKey, region } = settings
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region,
    service: 's3',
    sha256: Sha256,
    uriEscapePath: false,
  })
  const { host } = new URL(store.endpoint)
  const signed = await signer.sign({
    method,
    protocol: 'http:',
    hostname: host,
    path,
    query,
    headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...headers },
  })
  const search = new URLSearchParams(query).toString()
  return {
    method,
    url: `${store.endpoint}${path}${search === '' ? '' : `?${search}`}`,
    headers: signed.headers,
  }
}

describe('limits', () => {
  test('an upload that is too large is refused and leaves nothing', async () => {
    const upload = await presignUpload(client, {
      bucket: settings.bucket,
      key: 'large',
      body: randomBytes(MAX_BYTES + 1),
    })
    expect(await sendRaw(upload)).toMatchObject({ status: 400, code: 'EntityTooLarge' })
    expect(await filesOnDisk()).toEqual([])
    const largest = await presignUpload(client, {
      bucket: settings.bucket,
      key: 'large',
      body: randomBytes(MAX_BYTES),
    })
    expect(await sendRaw(largest)).toMatchObject({ status: 200 })
  })

  test('a body without a length is refused', async () => {
    const request = await sign('PUT', '/pictures/x', {})
    const answer = await sendRaw({
      ...request,
      headers: { ...request.headers, 'transfer-encoding': 'chunked' },
      body: bytes,
    })
    expect(answer).toMatchObject({ status: 411, code: 'MissingContentLength' })
  })

  test.each([
    [
      'a payload in signed chunks',
      'PUT',
      { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
      {},
    ],
    ['a header that asks for more', 'PUT', { 'x-amz-copy-source': '/pictures/y' }, {}],
    ['a sub-resource', 'PUT', {}, { acl: '' }],
    ['a multipart upload', 'POST', {}, { uploads: '' }],
  ])('%s is not taken for a plain request', async (_, method, headers, query) => {
    const request = await sign(method, '/pictures/x', { 'content-length': '10', ...headers }, query)
    const answer = await sendRaw({ ...request, body: bytes })
    expect([405, 501]).toContain(answer.status)
    expect(await filesOnDisk()).toEqual([])
  })

  test('a method that S3 does not have is not allowed', async () => {
    expect(await sendRaw(await sign('PATCH', '/pictures/x', {}))).toMatchObject({
      status: 405,
      code: 'MethodNotAllowed',
    })
  })

  test('a digest that the SDK moved into the query counts as well', async () => {
    const url = await getSignedUrl(
      client,
      new PutObjectCommand({ Bucket: 'pictures', Key: 'x', ChecksumSHA256: 'A'.repeat(43) + '=' }),
    )
    expect(url).toContain('x-amz-checksum-sha256=')
    expect(
      await sendRaw({ method: 'PUT', url, headers: { 'content-length': '10' }, body: bytes }),
    ).toMatchObject({
      status: 400,
      code: 'BadDigest',
    })
  })
})

describe('keys', () => {
  test.each([
    '../../escaped',
    '..',
    'a/../../../escaped',
    '/etc/passwd',
    'C:\\escaped',
    '\u0000',
    'x'.repeat(1024),
  ])('the key %j stays inside the folder', async (key) => {
    const path = `/pictures/${encodeURIComponent(key)}`
    const request = await sign('PUT', path.replaceAll('%2F', '/'), { 'content-length': String(bytes.length) })
    expect(await sendRaw({ ...request, body: bytes })).toMatchObject({ status: 200 })
    const files = await filesOnDisk()
    expect(files).toHaveLength(1)
    expect(files[0]).toMatch(/[/\\]bucket-pictures[/\\][0-9a-f]{2}[/\\][0-9a-f]{64}$/)
    const answer = await sendRaw(await sign('GET', path.replaceAll('%2F', '/'), {}))
    expect(answer.body).toEqual(bytes)
  })

  test('a bucket cannot lead out of the folder either', async () => {
    for (const bucket of ['..', '%2e%2e', '..%5c..']) {
      const request = await sign('PUT', `/${bucket}`, { 'content-length': '0' })
      const answer = await sendRaw(request)
      expect([400, 403]).toContain(answer.status)
    }
    expect(await readdir(join(dir, 'buckets'))).toEqual(['bucket-pictures'])
  })
})

describe('the clock', () => {
  test('decides when a presigned URL ends', async () => {
    const signedAt = new Date()
    const upload = await presignUpload(client, {
      bucket: 'pictures',
      key: 'x',
      body: bytes,
      signedAt,
      expiresIn: 300,
    })
    clock = new Date(signedAt.getTime() + 299_000)
    expect(await sendRaw(upload)).toMatchObject({ status: 200 })
    clock = new Date(signedAt.getTime() + 301_000)
    expect(await sendRaw(upload)).toMatchObject({ status: 403, code: 'AccessDenied' })
  })

  test('dates what is stored', async () => {
    clock = new Date('2030-05-06T07:08:09.000Z')
    const request = await presignUpload(client, {
      bucket: 'pictures',
      key: 'x',
      body: bytes,
      signedAt: clock,
    })
    expect(await sendRaw(request)).toMatchObject({ status: 200 })
    clock = null
    const { LastModified } = await client.send(new HeadObjectCommand({ Bucket: 'pictures', Key: 'x' }))
    expect(LastModified).toEqual(new Date('2030-05-06T07:08:09.000Z'))
  })
})

describe('interruptions', () => {
  test('an upload that breaks off leaves nothing', async () => {
    const upload = await presignUpload(client, {
      bucket: 'pictures',
      key: 'broken',
      body: randomBytes(50_000),
    })
    const { hostname, port, pathname, search, host } = new URL(upload.url)
    const socket = connect(Number(port), hostname)
    const lines = Object.entries({ host, ...upload.headers }).map(([name, value]) => `${name}: ${value}`)
    socket.write(`PUT ${pathname}${search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
    socket.write(upload.body.subarray(0, 10_000), () => socket.destroy())
    await once(socket, 'close')
    // The store is done with it once it stops without waiting for anything.
    await store.stop()
    expect(await filesOnDisk()).toEqual([])
    expect(logged).toEqual([])
  })

  test('everything acknowledged is there after kill -9 in the midst of uploads, and nothing by halves', async () => {
    const child = await startChild('embedded-store-child.ts', JSON.stringify({ ...settings, dir }))
    const victim = createS3Client({ ...settings, endpoint: child.firstLine })
    const acknowledged = new Set<string>()
    const body = randomBytes(60_000)
    const uploads = Array.from({ length: 4 }, async (_, lane) => {
      for (let index = 0; ; index += 1) {
        const Key = `${lane}/${index}`
        await victim.send(new PutObjectCommand({ Bucket: 'pictures', Key, Body: body }))
        acknowledged.add(Key)
      }
    })
    const ended = Promise.allSettled(uploads)
    await vi.waitUntil(() => acknowledged.size >= 40, { timeout: 20_000 })
    await child.kill()
    await ended

    const listed = await client.send(new ListObjectsV2Command({ Bucket: 'pictures' }))
    const keys = listed.Contents?.map(({ Key }) => Key ?? '') ?? []
    expect(keys).toEqual(expect.arrayContaining([...acknowledged]))
    for (const Key of keys) {
      const answer = await client.send(new GetObjectCommand({ Bucket: 'pictures', Key }))
      expect(Buffer.from((await answer.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true)
    }
  }, 60_000)

  test('objects are there after a restart', async () => {
    await client.send(new PutObjectCommand({ Bucket: 'pictures', Key: 'x', Body: bytes }))
    await store.stop()
    store = await startEmbeddedObjectStore({ ...settings, dir, log: (message) => logged.push(message) })
    const url = await presignDownload(
      createS3Client({ ...settings, endpoint: store.endpoint }),
      'pictures',
      'x',
    )
    expect((await sendRaw({ method: 'GET', url, headers: {} })).body).toEqual(bytes)
  })

  test('a folder that cannot be written is an InternalError, told to the log, and no crash', async () => {
    await rm(join(dir, 'incoming'), { recursive: true })
    const upload = await presignUpload(client, { bucket: 'pictures', key: 'x', body: bytes })
    expect(await sendRaw(upload)).toMatchObject({ status: 500, code: 'InternalError' })
    expect(logged).toEqual([expect.stringContaining('ENOENT')])
    expect(logged[0]).not.toContain('X-Amz-Signature')
  })

  test('a full disk is named', () => {
    const full = toS3Error(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }))
    expect(full).toMatchObject({
      status: 507,
      message: expect.stringContaining('disk of the object store is full'),
    })
  })
})
