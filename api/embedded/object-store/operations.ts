import { createHash } from 'node:crypto'
import { validateHeaderValue } from 'node:http'
import type { ObjectDescription, ObjectFiles } from './object-files.ts'
import { namedChecksums, readVerifiedBody } from './request-body.ts'
import { S3Error } from './s3-error.ts'
import { queryValue, type S3Request } from './s3-request.ts'
import { deletedXml, listXml, parseDeletion, parseLocationConstraint } from './s3-xml.ts'

/** What goes back to the client. A string is XML. */
export type S3Answer = { status: number; headers?: Record<string, string>; body?: Buffer | string }

/** What an operation works on: the objects, and the store's settings. */
export type S3Store = { files: ObjectFiles; region: string; maxObjectBytes: number; now: () => Date }

/** What S3 calls an object that came without a type. */
const DEFAULT_CONTENT_TYPE = 'binary/octet-stream'

/** The most that one page of a list holds. */
const MAX_KEYS = 1000

/** Bodies of XML (a thousand keys of 1 KiB at most). */
const MAX_XML_BYTES = 2 * 1024 * 1024

/** x-amz-* headers whose meaning is honoured, or does not matter. All others would ask for something that this store does not do. */
const UNDERSTOOD_AMZ_HEADERS =
  /^x-amz-(date|content-sha256|user-agent|sdk-checksum-algorithm|checksum-[a-z0-9]+|expected-bucket-owner)$/

const UNSUPPORTED_HEADERS = [
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
  'if-match',
]

/**
 * Performs an authenticated request: GetObject, HeadObject, PutObject, DeleteObject, DeleteObjects, ListObjectsV2, CreateBucket and
 * HeadBucket. `payloadHash` is the SHA-256 (hex) that the signature promises for the body, or null. Anything else that S3 can do is
 * refused as NotImplemented rather than half done.
 */
export async function performOperation(
  request: S3Request,
  payloadHash: string | null,
  store: S3Store,
): Promise<S3Answer> {
  requireUnderstood(request)
  if (request.bucket === '') throw new S3Error('NotImplemented', 'This store does not list buckets.')
  if (request.key === '' && request.method === 'PUT') return await createBucket(request, payloadHash, store)
  if (!(await store.files.hasBucket(request.bucket))) {
    throw new S3Error('NoSuchBucket', 'The specified bucket does not exist')
  }
  if (request.key === '') return await performOnBucket(request, payloadHash, store)
  return await performOnObject(request, payloadHash, store)
}

async function performOnBucket(
  request: S3Request,
  payloadHash: string | null,
  store: S3Store,
): Promise<S3Answer> {
  switch (request.method) {
    case 'HEAD':
      requireParameters(request, [])
      return { status: 200, headers: { 'x-amz-bucket-region': store.region } }
    case 'GET':
      return await listObjects(request, store)
    case 'POST':
      return await deleteObjects(request, payloadHash, store)
    default:
      throw methodNotAllowed()
  }
}

async function performOnObject(
  request: S3Request,
  payloadHash: string | null,
  store: S3Store,
): Promise<S3Answer> {
  switch (request.method) {
    case 'GET':
      return await getObject(request, store)
    case 'HEAD':
      return await headObject(request, store)
    case 'PUT':
      return await putObject(request, payloadHash, store)
    case 'DELETE':
      requireParameters(request, [])
      await store.files.remove(request.bucket, request.key)
      return { status: 204 }
    default:
      throw methodNotAllowed()
  }
}

async function createBucket(
  request: S3Request,
  payloadHash: string | null,
  store: S3Store,
): Promise<S3Answer> {
  requireParameters(request, [])
  const region = parseLocationConstraint(await readVerifiedBody(request, payloadHash, MAX_XML_BYTES))
  if (region !== undefined && region !== store.region) {
    throw new S3Error(
      'IllegalLocationConstraintException',
      `This store is in the region ${store.region} alone.`,
    )
  }
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(request.bucket)) {
    throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.')
  }
  if (!(await store.files.createBucket(request.bucket))) {
    throw new S3Error(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded.',
    )
  }
  return { status: 200, headers: { location: `/${request.bucket}` } }
}

async function putObject(request: S3Request, payloadHash: string | null, store: S3Store): Promise<S3Answer> {
  requireParameters(request, [])
  const onlyNew = request.headers['if-none-match'] !== undefined
  if (onlyNew && request.headers['if-none-match'] !== '*') {
    throw new S3Error('NotImplemented', 'On PUT, If-None-Match may only be "*".')
  }
  const body = await readVerifiedBody(request, payloadHash, store.maxObjectBytes)
  const object = describeUpload(request, body, store.now())
  if (!(await store.files.put(request.bucket, object, body, onlyNew))) {
    throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold')
  }
  return { status: 200, headers: { etag: object.etag, ...checksumHeaders(object) } }
}

function describeUpload(request: S3Request, body: Buffer, now: Date): ObjectDescription {
  const checksumSha256 = namedChecksums(request).find(([algorithm]) => algorithm === 'sha256')?.[1]
  const cacheControl = request.headers['cache-control']
  return {
    key: request.key,
    size: body.length,
    etag: `"${createHash('md5').update(body).digest('hex')}"`,
    lastModified: now.toISOString(),
    contentType: request.headers['content-type'] ?? DEFAULT_CONTENT_TYPE,
    ...(cacheControl === undefined ? {} : { cacheControl }),
    ...(checksumSha256 === undefined ? {} : { checksumSha256 }),
  }
}

async function getObject(request: S3Request, store: S3Store): Promise<S3Answer> {
  const headersOf = readHeaderOverrides(request)
  const found = await store.files.read(request.bucket, request.key)
  if (found === null) throw noSuchKey()
  return { status: 200, headers: headersOf(found.object), body: found.body }
}

async function headObject(request: S3Request, store: S3Store): Promise<S3Answer> {
  const headersOf = readHeaderOverrides(request)
  const object = await store.files.describe(request.bucket, request.key)
  if (object === null) throw noSuchKey()
  return { status: 200, headers: { ...headersOf(object), 'content-length': String(object.size) } }
}

/** The headers of an object, with what the signed query puts in their place. */
function readHeaderOverrides(request: S3Request): (object: ObjectDescription) => Record<string, string> {
  requireParameters(request, ['response-cache-control', 'response-content-type'])
  const overrides = {
    ...override(request, 'cache-control', 'response-cache-control'),
    ...override(request, 'content-type', 'response-content-type'),
  }
  const wantsChecksum =
    (request.headers['x-amz-checksum-mode'] ?? queryValue(request, 'x-amz-checksum-mode'))?.toUpperCase() ===
    'ENABLED'
  return (object) => ({
    'content-type': object.contentType,
    ...(object.cacheControl === undefined ? {} : { 'cache-control': object.cacheControl }),
    etag: object.etag,
    'last-modified': new Date(object.lastModified).toUTCString(),
    ...(wantsChecksum ? checksumHeaders(object) : {}),
    ...overrides,
  })
}

function override(request: S3Request, header: string, parameter: string): Record<string, string> {
  const value = queryValue(request, parameter)
  if (value === undefined) return {}
  try {
    validateHeaderValue(header, value)
  } catch (error) {
    throw new S3Error('InvalidArgument', `${parameter} cannot be sent as a header.`, { cause: error })
  }
  return { [header]: value }
}

async function listObjects(request: S3Request, store: S3Store): Promise<S3Answer> {
  if (queryValue(request, 'list-type') !== '2')
    throw new S3Error('NotImplemented', 'This store lists by ListObjectsV2 alone.')
  requireParameters(request, ['list-type', 'prefix', 'max-keys', 'continuation-token'])
  const prefix = queryValue(request, 'prefix') ?? ''
  const asked = queryValue(request, 'max-keys') ?? String(MAX_KEYS)
  if (!/^\d{1,9}$/.test(asked)) throw new S3Error('InvalidArgument', 'max-keys must be a number of keys.')
  const maxKeys = Math.min(Number(asked), MAX_KEYS)
  const continuationToken = queryValue(request, 'continuation-token')
  // A token is the last key of the page before, so a list that changes meanwhile neither repeats nor skips a key.
  const after =
    continuationToken === undefined ? Buffer.alloc(0) : Buffer.from(continuationToken, 'base64url')

  const all = await store.files.list(request.bucket, prefix)
  const rest = all.filter((object) => Buffer.compare(Buffer.from(object.key), after) > 0)
  const objects = rest.slice(0, maxKeys)
  const last = objects.at(-1)
  const nextContinuationToken =
    last !== undefined && rest.length > objects.length
      ? Buffer.from(last.key).toString('base64url')
      : undefined
  return {
    status: 200,
    body: listXml({
      bucket: request.bucket,
      prefix,
      maxKeys,
      objects,
      continuationToken,
      nextContinuationToken,
    }),
  }
}

async function deleteObjects(
  request: S3Request,
  payloadHash: string | null,
  store: S3Store,
): Promise<S3Answer> {
  if (queryValue(request, 'delete') === undefined) throw methodNotAllowed()
  requireParameters(request, ['delete'])
  if (request.headers['content-md5'] === undefined && namedChecksums(request).length === 0) {
    throw new S3Error(
      'InvalidRequest',
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    )
  }
  const { keys, quiet } = parseDeletion(await readVerifiedBody(request, payloadHash, MAX_XML_BYTES))
  for (const key of keys) await store.files.remove(request.bucket, key)
  return { status: 200, body: deletedXml(quiet ? [] : keys) }
}

function checksumHeaders(object: ObjectDescription): Record<string, string> {
  return object.checksumSha256 === undefined ? {} : { 'x-amz-checksum-sha256': object.checksumSha256 }
}

/** A sub-resource such as `?acl` changes what a request means: one that is not known must not be passed over. */
function requireParameters(request: S3Request, known: readonly string[]): void {
  const unknown = Object.keys(request.query).filter(
    (name) => !known.includes(name) && !/^(x-id$|x-amz-)/i.test(name),
  )
  if (unknown.length > 0) throw notImplemented(unknown)
}

function requireUnderstood(request: S3Request): void {
  const unknown = Object.keys(request.headers).filter(
    (name) =>
      (name.startsWith('x-amz-') && !UNDERSTOOD_AMZ_HEADERS.test(name)) ||
      (request.method === 'PUT' && UNSUPPORTED_HEADERS.includes(name)),
  )
  if (unknown.length > 0) throw notImplemented(unknown)
}

function notImplemented(names: readonly string[]): S3Error {
  return new S3Error('NotImplemented', `This store does not do what is asked for with: ${names.join(', ')}.`)
}

function noSuchKey(): S3Error {
  return new S3Error('NoSuchKey', 'The specified key does not exist.')
}

function methodNotAllowed(): S3Error {
  return new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.')
}
