import type { IncomingMessage } from 'node:http'
import { S3Error } from './s3-error.ts'

/** The longest key that S3 takes, in bytes of UTF-8. */
const MAX_KEY_BYTES = 1024

/** A request as S3 sees it, path-style: `/bucket/key?query`. Header names are lower case; an empty key means the bucket itself. */
export type S3Request = {
  method: string
  bucket: string
  key: string
  /** The path in the one spelling that is signed: every segment percent-encoded by RFC 3986. */
  canonicalPath: string
  query: Record<string, string | string[]>
  headers: Record<string, string>
  message: IncomingMessage
}

/** Takes a request apart. Throws InvalidURI or KeyTooLongError for an address that names no bucket or key. */
export function parseS3Request(message: IncomingMessage): S3Request {
  const [path = '', ...rest] = (message.url ?? '').split('?')
  const decoded = decodePath(path)
  const [bucket = '', ...segments] = decoded.slice(1).split('/')
  const key = segments.join('/')
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new S3Error('KeyTooLongError', `Your key is too long: at most ${MAX_KEY_BYTES} bytes.`)
  }
  return {
    method: message.method ?? '',
    bucket,
    key,
    canonicalPath: decoded.split('/').map(encodeSegment).join('/'),
    query: collectQuery(rest.join('?')),
    headers: collectHeaders(message),
    message,
  }
}

/** A query parameter that may be given once; undefined where it is missing. Throws InvalidArgument if it is repeated. */
export function queryValue(request: S3Request, name: string): string | undefined {
  const value = request.query[name]
  if (Array.isArray(value)) throw new S3Error('InvalidArgument', `${name} may be given only once.`)
  return value
}

function decodePath(path: string): string {
  try {
    if (path.startsWith('/')) return decodeURIComponent(path)
  } catch {
    // Not UTF-8 in percent-encoding: refused below.
  }
  throw new S3Error('InvalidURI', "Couldn't parse the specified URI.")
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function collectQuery(text: string): Record<string, string | string[]> {
  const parameters = new URLSearchParams(text)
  const entries = [...new Set(parameters.keys())].map((name): [string, string | string[]] => {
    const [first = '', ...more] = parameters.getAll(name)
    return [name, more.length === 0 ? first : [first, ...more]]
  })
  return Object.fromEntries(entries)
}

function collectHeaders(message: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}
