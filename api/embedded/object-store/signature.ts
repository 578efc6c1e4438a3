import { timingSafeEqual } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import { S3Error } from './s3-error.ts'
import { queryValue, type S3Request } from './s3-request.ts'
import { Sha256 } from './sha256.ts'

/** The one key pair that the store knows, and the region that signatures must name. */
export type StoreCredentials = { accessKeyId: string; secretAccessKey: string; region: string }

/** How far a client's clock may differ, as S3 allows it. */
const MAX_SKEW_MS = 15 * 60_000

/** The longest life of a presigned URL: a week. */
const MAX_EXPIRES_SECONDS = 7 * 24 * 3600

const ALGORITHM = 'AWS4-HMAC-SHA256'

const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD'

/** The parameters of a presigned URL that hold the signature itself. */
const ADDED_BY_SIGNER = new Set(
  ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature'].map((name) => `X-Amz-${name}`),
)

/** A Signature Version 4, as it came: in the Authorization header, or in the query of a presigned URL. */
type Claim = { signature: string; signedHeaders: string[]; signedAt: Date }

/**
 * Checks who sent the request, by signing it again and comparing. Passes only if it was signed with the store's secret, for its
 * region, within its time, and if the signature covers the host and every x-amz-* header. Returns the SHA-256 (hex) that the body must
 * have, or null if the signature leaves the body open. Throws AccessDenied, InvalidAccessKeyId, SignatureDoesNotMatch,
 * RequestTimeTooSkewed and the other refusals of S3.
 */
export async function authenticate(
  request: S3Request,
  credentials: StoreCredentials,
  now: Date,
): Promise<string | null> {
  const presigned = 'X-Amz-Signature' in request.query
  const authorization = request.headers['authorization']
  if (presigned && authorization !== undefined) {
    throw new S3Error(
      'InvalidArgument',
      'Only one auth mechanism allowed: a signature in the query or a header, not both.',
    )
  }
  if (!presigned && authorization === undefined) throw new S3Error('AccessDenied', 'Access Denied')

  const claim = presigned
    ? readPresignedClaim(request, credentials, now)
    : readHeaderClaim(request, authorization ?? '', credentials, now)
  requireCoverage(request, claim.signedHeaders)
  const expected = presigned
    ? await presignAgain(request, claim, credentials)
    : await signAgain(request, claim, credentials)
  if (!equalInConstantTime(expected, claim.signature)) {
    throw new S3Error(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    )
  }
  return readPayloadHash(request)
}

function readHeaderClaim(
  request: S3Request,
  authorization: string,
  credentials: StoreCredentials,
  now: Date,
): Claim {
  if (!authorization.startsWith(ALGORITHM))
    throw new S3Error('InvalidArgument', 'Unsupported Authorization Type')
  const parts =
    /^AWS4-HMAC-SHA256 +Credential=(?<credential>[^, ]+), *SignedHeaders=(?<headers>[^, ]+), *Signature=(?<signature>[0-9a-f]{64})$/.exec(
      authorization,
    )?.groups
  if (parts === undefined)
    throw new S3Error('AuthorizationHeaderMalformed', 'The authorization header is malformed.')
  const date = request.headers['x-amz-date'] ?? ''
  const signedAt = parseDate(date)
  checkCredential(parts['credential'] ?? '', date, credentials, 'AuthorizationHeaderMalformed')
  if (Math.abs(now.getTime() - signedAt.getTime()) > MAX_SKEW_MS) {
    throw new S3Error(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
    )
  }
  return { signature: parts['signature'] ?? '', signedHeaders: (parts['headers'] ?? '').split(';'), signedAt }
}

function readPresignedClaim(request: S3Request, credentials: StoreCredentials, now: Date): Claim {
  const invalid = 'AuthorizationQueryParametersError'
  if (queryValue(request, 'X-Amz-Algorithm') !== ALGORITHM) {
    throw new S3Error(invalid, `X-Amz-Algorithm only supports "${ALGORITHM}".`)
  }
  const date = queryValue(request, 'X-Amz-Date') ?? ''
  const signedAt = parseDate(date)
  checkCredential(queryValue(request, 'X-Amz-Credential') ?? '', date, credentials, invalid)
  const expires = queryValue(request, 'X-Amz-Expires') ?? ''
  if (!/^[1-9]\d{0,5}$/.test(expires) || Number(expires) > MAX_EXPIRES_SECONDS) {
    throw new S3Error(invalid, `X-Amz-Expires must be a number of seconds from 1 to ${MAX_EXPIRES_SECONDS}.`)
  }
  const age = now.getTime() - signedAt.getTime()
  if (age < -MAX_SKEW_MS) throw new S3Error('AccessDenied', 'Request is not yet valid')
  if (age > Number(expires) * 1000) throw new S3Error('AccessDenied', 'Request has expired')
  return {
    signature: queryValue(request, 'X-Amz-Signature') ?? '',
    signedHeaders: (queryValue(request, 'X-Amz-SignedHeaders') ?? '').split(';'),
    signedAt,
  }
}

/** Checks `<access key>/<date>/<region>/s3/aws4_request` against the store's key and region, and the date of the signature. */
function checkCredential(
  credential: string,
  date: string,
  { accessKeyId, region }: StoreCredentials,
  malformed: 'AuthorizationHeaderMalformed' | 'AuthorizationQueryParametersError',
): void {
  const [key, day, claimedRegion, service, terminator, ...rest] = credential.split('/')
  if (service !== 's3' || terminator !== 'aws4_request' || rest.length > 0) {
    throw new S3Error(
      malformed,
      'The credential is malformed; expecting "<key>/<date>/<region>/s3/aws4_request".',
    )
  }
  if (key !== accessKeyId) {
    throw new S3Error(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    )
  }
  if (claimedRegion !== region) {
    throw new S3Error(malformed, `The region "${claimedRegion}" is wrong; expecting "${region}".`)
  }
  if (day !== date.slice(0, 8)) {
    throw new S3Error(malformed, `Invalid credential date "${day}". This date is not the same as X-Amz-Date.`)
  }
}

function parseDate(text: string): Date {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? []
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (Number.isNaN(date.getTime())) {
    throw new S3Error('AccessDenied', 'AWS authentication requires a valid X-Amz-Date (YYYYMMDDTHHMMSSZ).')
  }
  return date
}

/** A header that is not signed could have been added by anyone: the host and all x-amz-* headers must be. */
function requireCoverage(request: S3Request, signedHeaders: string[]): void {
  const sensitive = ['host', ...Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'))]
  const unsigned = sensitive.filter((name) => !signedHeaders.includes(name))
  if (unsigned.length > 0) {
    throw new S3Error(
      'AccessDenied',
      `There were headers present in the request which were not signed: ${unsigned.join(', ')}`,
    )
  }
}

async function signAgain(request: S3Request, claim: Claim, credentials: StoreCredentials): Promise<string> {
  const signed = await createSigner(credentials).sign(
    { ...unsignedParts(request), query: request.query, headers: pickHeaders(request, claim) },
    { signingDate: claim.signedAt, signableHeaders: new Set(claim.signedHeaders) },
  )
  return /Signature=([0-9a-f]+)$/.exec(signed.headers['authorization'] ?? '')?.[1] ?? ''
}

async function presignAgain(
  request: S3Request,
  claim: Claim,
  credentials: StoreCredentials,
): Promise<string> {
  const { payloadHash, query } = splitPresignedQuery(request)
  const signed = await createSigner(credentials).presign(
    { ...unsignedParts(request), query, headers: { ...pickHeaders(request, claim), ...payloadHash } },
    {
      signingDate: claim.signedAt,
      expiresIn: Number(queryValue(request, 'X-Amz-Expires')),
      signableHeaders: new Set(claim.signedHeaders),
      unhoistableHeaders: new Set(claim.signedHeaders),
    },
  )
  return String(signed.query?.['X-Amz-Signature'] ?? '')
}

function createSigner({ accessKeyId, secretAccessKey, region }: StoreCredentials): SignatureV4 {
  return new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region,
    service: 's3',
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  })
}

function unsignedParts(request: S3Request) {
  // The host is signed as a header. A body that is neither text nor bytes makes the library sign UNSIGNED-PAYLOAD, which is what
  // S3 takes where no x-amz-content-sha256 says otherwise.
  return { method: request.method, protocol: 'http:', hostname: '', path: request.canonicalPath, body: {} }
}

/**
 * The query without what the signer adds by itself, and the parameter X-Amz-Content-Sha256 (in its own spelling) apart: the signer takes
 * the hash of the body from a header of that name and moves it into the query.
 */
function splitPresignedQuery(request: S3Request) {
  const payloadHash: Record<string, string> = {}
  const query: S3Request['query'] = {}
  for (const [name, value] of Object.entries(request.query)) {
    if (ADDED_BY_SIGNER.has(name)) continue
    if (name.toLowerCase() === 'x-amz-content-sha256') payloadHash[name] = String(value)
    else query[name] = value
  }
  return { payloadHash, query }
}

/** The headers that were signed. One that is missing makes the signature differ, as it must. */
function pickHeaders(request: S3Request, claim: Claim): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => claim.signedHeaders.includes(name)),
  )
}

function equalInConstantTime(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function readPayloadHash(request: S3Request): string | null {
  const presigned = 'X-Amz-Signature' in request.query
  const claimed = request.headers['x-amz-content-sha256'] ?? queryValue(request, 'X-Amz-Content-Sha256')
  if (claimed === undefined && presigned) return null
  if (claimed === undefined) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')
  }
  if (claimed === UNSIGNED_PAYLOAD) return null
  if (claimed.startsWith('STREAMING-')) {
    throw new S3Error(
      'NotImplemented',
      `This store takes no payload in signed chunks (${claimed}). Send the body whole.`,
    )
  }
  if (!/^[0-9a-f]{64}$/.test(claimed)) {
    throw new S3Error(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD or a SHA-256 in lower-case hex.',
    )
  }
  return claimed
}
