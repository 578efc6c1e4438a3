import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { request as requestTls } from 'node:https'
import { GetObjectCommand, PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { EmbeddedStorage } from '../../api/embedded/embedded-services.ts'

/** A client set up as Medallion sets up its own; one attempt, so that a test sees each refusal. */
export function createS3Client(storage: EmbeddedStorage, overrides: S3ClientConfig = {}): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey } = storage
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    maxAttempts: 1,
    ...overrides,
  })
}

/** What a presigned upload promises, and when it was signed for how long. */
export type UploadTerms = {
  bucket: string
  key: string
  body: Buffer
  type?: string
  signedAt?: Date
  expiresIn?: number
}

/** A request as it goes out on the wire, header by header. */
export type RawRequest = { method: string; url: string; headers: Record<string, string>; body?: Buffer }

/** A presigned PUT that binds type, length and SHA-256, and the headers that its sender must send. */
export async function presignUpload(
  client: S3Client,
  terms: UploadTerms,
): Promise<RawRequest & { body: Buffer }> {
  const { bucket, key, body, type = 'image/webp', signedAt, expiresIn = 300 } = terms
  const sha256 = createHash('sha256').update(body).digest('base64')
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    ContentType: type,
    ContentLength: body.length,
    ChecksumSHA256: sha256,
  })
  const url = await getSignedUrl(client, command, {
    expiresIn,
    ...(signedAt === undefined ? {} : { signingDate: signedAt }),
    unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
    signableHeaders: new Set(['host', 'content-type', 'content-length']),
  })
  const headers = {
    'content-type': type,
    'content-length': String(body.length),
    'x-amz-checksum-sha256': sha256,
  }
  return { method: 'PUT', url, headers, body }
}

/** A presigned GET; `overrides` are GetObject's Response* inputs. */
export async function presignDownload(
  client: S3Client,
  bucket: string,
  key: string,
  overrides: { ResponseCacheControl?: string; ResponseContentType?: string } = {},
): Promise<string> {
  return await getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key, ...overrides }), {
    expiresIn: 300,
  })
}

/** The answer to a raw request; `code` is the one in S3's XML error, or null. */
export type RawAnswer = {
  status: number
  headers: Record<string, unknown>
  body: Buffer
  code: string | null
}

/** Sends exactly these headers and bytes; unlike fetch it neither tidies the path nor sets the length by itself. */
export async function sendRaw({ method, url, headers, body }: RawRequest): Promise<RawAnswer> {
  const { protocol, hostname, port } = new URL(url)
  const path = url.slice(url.indexOf('/', url.indexOf('//') + 2))
  return await new Promise((resolve, reject) => {
    const send = protocol === 'https:' ? requestTls : request
    const outgoing = send({ method, hostname, port, path, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.once('error', reject)
      incoming.once('end', () => {
        const content = Buffer.concat(chunks)
        const code = /<Code>(.*?)<\/Code>/.exec(content.toString('utf8'))?.[1] ?? null
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: content, code })
      })
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}
