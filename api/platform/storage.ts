import { addAbortSignal, Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  NoSuchKey,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { PresignedUpload } from '../contract/avatar.ts'
import type { StorageSettings } from './config.ts'
import { AppError } from './errors.ts'

/** A file as it is announced before it is uploaded. */
export interface Announced {
  bytes: number
  /** SHA-256 in base64. */
  sha256: string
  contentType: string
}

/** An object as the bucket lists it. */
export interface StoredObject {
  key: string
  bytes: number
  modifiedAt: Date
}

/** The bucket. Every method throws `server.storage_unavailable` when it cannot be reached or refuses the API. */
export interface Storage {
  /** Signs length, type and SHA-256 along with the key, so that the bucket itself refuses any other file. */
  presignPut(key: string, file: Announced, expiresInSeconds: number): Promise<PresignedUpload>
  presignGet(key: string, expiresInSeconds: number): Promise<string>
  /** Reads a whole object; null when there is none, `too-large` (unread) when it is over `maxBytes`. */
  read(key: string, maxBytes: number): Promise<Buffer | 'too-large' | null>
  write(key: string, body: Buffer, options: { contentType: string; cacheControl: string }): Promise<void>
  /** Removes an object; one that is not there is removed already. */
  remove(key: string): Promise<void>
  /** Every object whose key begins with `prefix`. */
  list(prefix: string): AsyncIterable<StoredObject>
  ping(): Promise<void>
  close(): void
}

/** How long a request may take before its answer begins, in milliseconds, beside what its body needs. */
const REQUEST_MS = 5_000
/** The slowest link to the bucket that is waited for, in bytes per millisecond: 250 kB/s. */
const SLOWEST = 250

/** How long it may take until so many bytes are through, in milliseconds. */
const timeFor = (bytes: number): number => REQUEST_MS + Math.ceil(bytes / SLOWEST)

/** How far the clock may drift from its even running before that counts as a step, in milliseconds. */
const STEP_MS = 60_000

/** Opens the bucket: Amazon's S3, or whatever speaks its protocol at `endpoint`. */
export function openStorage({ bucket, region, endpoint, credentials }: StorageSettings): Storage {
  const client = new S3Client({
    region,
    // Stores other than Amazon's rarely have a host name for each bucket.
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    ...(credentials === null ? {} : { credentials }),
    // The default adds a CRC of the (empty) body to presigned uploads, which then fits no file.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Without the last, a request that exceeds its time would only be mentioned in a log, and go on.
    requestHandler: { connectionTimeout: 3_000, requestTimeout: REQUEST_MS, throwOnRequestTimeout: true },
  })

  /** By how much this machine's clock was ahead of its own even running when the store's was last asked for, in milliseconds. */
  let lead: number | null = null

  async function ping(): Promise<void> {
    await client.send(new HeadBucketCommand({ Bucket: bucket }))
  }

  /**
   * The time to sign with. A store refuses what is signed with a clock that is wrong by minutes. The client corrects its own
   * requests by the store's answers, but not what it presigns; after a step of the clock that correction is learned anew.
   */
  async function signingDate(): Promise<Date> {
    const now = Date.now() - performance.now()
    if (lead === null || Math.abs(now - lead) > STEP_MS) {
      lead = now
      // Whether the store can be reached is not what was asked here.
      await ping().catch(() => {})
    }
    return new Date(Date.now() + client.config.systemClockOffset)
  }

  return {
    // Signing sends nothing, but it may have to fetch the credentials, and the time.
    presignPut: (key, { bytes, sha256, contentType }, expiresIn) =>
      reaching(async () => {
        const command = new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          ContentType: contentType,
          ContentLength: bytes,
          ChecksumSHA256: sha256,
        })
        const url = await getSignedUrl(client, command, {
          expiresIn,
          signingDate: await signingDate(),
          // In the query the digest would be a remark that stores ignore; as a signed header it binds the body.
          unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
          signableHeaders: new Set(['host', 'content-type', 'content-length']),
        })
        return {
          method: 'PUT',
          url,
          headers: {
            'content-type': contentType,
            'content-length': String(bytes),
            'x-amz-checksum-sha256': sha256,
          },
        }
      }),

    presignGet: (key, expiresIn) =>
      reaching(async () => {
        const command = new GetObjectCommand({ Bucket: bucket, Key: key })
        return getSignedUrl(client, command, { expiresIn, signingDate: await signingDate() })
      }),

    read: (key, maxBytes) =>
      reaching(async () => {
        try {
          const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
          if (object.Body === undefined) return null
          if ((object.ContentLength ?? 0) > maxBytes) {
            // Ends the download without reading it.
            await object.Body.transformToWebStream().cancel()
            return 'too-large'
          }
          // The client's own time limit ends when an answer begins.
          if (object.Body instanceof Readable)
            addAbortSignal(AbortSignal.timeout(timeFor(object.ContentLength ?? maxBytes)), object.Body)
          return Buffer.from(await object.Body.transformToByteArray())
        } catch (error) {
          if (error instanceof NoSuchKey) return null
          throw error
        }
      }),

    write: (key, body, { contentType, cacheControl }) =>
      reaching(async () => {
        await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: body,
            ContentType: contentType,
            ContentLength: body.length,
            CacheControl: cacheControl,
          }),
          { requestTimeout: timeFor(body.length) },
        )
      }),

    remove: (key) =>
      reaching(async () => {
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
      }),

    async *list(prefix) {
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })[
        Symbol.asyncIterator
      ]()
      for (;;) {
        const { value: page, done } = await reaching(() => pages.next())
        if (done === true || page === undefined) return
        for (const { Key, Size, LastModified } of page.Contents ?? [])
          if (Key !== undefined) yield { key: Key, bytes: Size ?? 0, modifiedAt: LastModified ?? new Date(0) }
      }
    },

    ping: () => reaching(ping),

    close: () => client.destroy(),
  }
}

async function reaching<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const why = error instanceof S3ServiceException ? ` (it answered ${error.name})` : ''
    throw new AppError(
      'server.storage_unavailable',
      `The picture store does not answer as it should${why}. Try again in a moment.`,
      { cause: error },
    )
  }
}
