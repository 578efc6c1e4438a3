/** S3's error codes as far as this store gives them, each with S3's HTTP status (S3 API reference, "Error responses"). */
const STATUS = {
  AccessDenied: 403,
  AuthorizationHeaderMalformed: 400,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  BucketAlreadyOwnedByYou: 409,
  EntityTooLarge: 400,
  IllegalLocationConstraintException: 400,
  IncompleteBody: 400,
  InsufficientStorage: 507,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidDigest: 400,
  InvalidRequest: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedXML: 400,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  XAmzContentSHA256Mismatch: 400,
} as const

/** An error code of S3's that this store knows. */
export type S3ErrorCode = keyof typeof STATUS

/** A refusal that goes to the client as S3's XML error, with the code's status. */
export class S3Error extends Error {
  readonly code: S3ErrorCode

  constructor(code: S3ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  get status(): number {
    return STATUS[this.code]
  }
}

/** What the client is told of any failure: refusals as they are, a full disk by name (507), all else as an InternalError (500). */
export function toS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new S3Error('InsufficientStorage', 'The disk of the object store is full. Nothing was stored.', {
      cause: error,
    })
  }
  return new S3Error('InternalError', 'The object store failed; its log says why.', { cause: error })
}
