import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { S3Error } from './s3-error.ts'
import type { S3Request } from './s3-request.ts'

/** Base64 digests of a body, by the algorithm's name as S3 writes it in x-amz-checksum-<name>; and their length in bytes. */
const CHECKSUMS: Record<string, { bytes: number; of(body: Buffer): string }> = {
  crc32: { bytes: 4, of: crc32Base64 },
  sha1: { bytes: 20, of: (body) => createHash('sha1').update(body).digest('base64') },
  sha256: { bytes: 32, of: (body) => createHash('sha256').update(body).digest('base64') },
}

/** Headers that begin like a checksum but hold none. */
const CHECKSUM_OPTIONS = ['mode', 'algorithm', 'type']

/**
 * Reads the whole body into memory, up to `maxBytes`, and checks its length and every digest that the request names: the one that is
 * signed (`payloadHash`, hex), Content-MD5 and x-amz-checksum-*. Throws MissingContentLength, EntityTooLarge, IncompleteBody,
 * XAmzContentSHA256Mismatch, BadDigest, or InvalidDigest / InvalidRequest for a digest that is none.
 */
export async function readVerifiedBody(
  request: S3Request,
  payloadHash: string | null,
  maxBytes: number,
): Promise<Buffer> {
  const body = await readBody(request, maxBytes)
  if (payloadHash !== null && createHash('sha256').update(body).digest('hex') !== payloadHash) {
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    )
  }
  checkMd5(request.headers['content-md5'], body)
  for (const [algorithm, expected] of namedChecksums(request)) checkChecksum(algorithm, expected, body)
  return body
}

/** The checksums that a request names, as [algorithm, base64]: in headers, or in a presigned URL's query where SDKs may move them. */
export function namedChecksums(request: S3Request): [string, string][] {
  return Object.entries({ ...request.query, ...request.headers }).flatMap(
    ([name, value]): [string, string][] => {
      const algorithm = /^x-amz-checksum-(.+)$/i.exec(name)?.[1]?.toLowerCase()
      return algorithm === undefined || CHECKSUM_OPTIONS.includes(algorithm)
        ? []
        : [[algorithm, String(value)]]
    },
  )
}

/** Throws the rest of a body away, up to `maxBytes`, so that a client that is still sending gets to read the refusal. */
export async function discardBody(request: S3Request, maxBytes: number): Promise<void> {
  let total = 0
  request.message.on('data', (chunk: Buffer) => {
    total += chunk.length
    if (total > maxBytes) request.message.destroy()
  })
  await new Promise<void>((resolve) => {
    if (request.message.readableEnded || request.message.destroyed) resolve()
    request.message.once('end', resolve).once('close', resolve)
  })
}

async function readBody(request: S3Request, maxBytes: number): Promise<Buffer> {
  const length = Number(request.headers['content-length'])
  if (!Number.isSafeInteger(length)) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.')
  }
  if (length > maxBytes) {
    throw new S3Error(
      'EntityTooLarge',
      `Your proposed upload exceeds the maximum allowed size of ${maxBytes} bytes.`,
    )
  }
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request.message) chunks.push(chunk as Buffer) // a request without an encoding gives Buffers
  } catch (error) {
    throw new S3Error(
      'IncompleteBody',
      'You did not provide the number of bytes specified by Content-Length.',
      {
        cause: error,
      },
    )
  }
  return Buffer.concat(chunks)
}

function checkMd5(expected: string | undefined, body: Buffer): void {
  if (expected === undefined) return
  if (!isBase64Of(expected, 16))
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified is not valid.')
  if (createHash('md5').update(body).digest('base64') !== expected) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.')
  }
}

function checkChecksum(algorithm: string, expected: string, body: Buffer): void {
  const checksum = CHECKSUMS[algorithm]
  if (checksum === undefined) {
    throw new S3Error('NotImplemented', `This store does not verify x-amz-checksum-${algorithm}.`)
  }
  if (!isBase64Of(expected, checksum.bytes)) {
    throw new S3Error('InvalidRequest', `Value for x-amz-checksum-${algorithm} header is invalid.`)
  }
  if (checksum.of(body) !== expected) {
    throw new S3Error(
      'BadDigest',
      `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
    )
  }
}

function isBase64Of(text: string, bytes: number): boolean {
  const decoded = Buffer.from(text, 'base64')
  return decoded.length === bytes && decoded.toString('base64') === text
}

function crc32Base64(body: Buffer): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(body))
  return bytes.toString('base64')
}
