import type { ErrorCode } from '../contract/errors.ts'

/** The status and the title that each code answers with. */
export const ERRORS: Record<ErrorCode, { status: number; title: string }> = {
  'request.invalid': { status: 400, title: 'The request is not valid' },
  'request.not_found': { status: 404, title: 'No such address' },
  'request.method_not_allowed': { status: 405, title: 'Method not allowed' },
  'request.too_large': { status: 413, title: 'The request is too large' },
  'request.unsupported_type': { status: 415, title: 'The body is not JSON' },
  'request.timeout': { status: 408, title: 'The request took too long to arrive' },
  'request.headers_too_large': { status: 431, title: 'The headers are too large' },
  'request.too_many': { status: 429, title: 'Too many changes' },
  'session.unauthenticated': { status: 401, title: 'Not signed in' },
  'session.bad_credentials': { status: 401, title: 'Wrong username or password' },
  'session.username_taken': { status: 409, title: 'The username is taken' },
  'session.not_found': { status: 404, title: 'No such device' },
  'session.user_not_found': { status: 404, title: 'No such person' },
  'session.not_admin': { status: 403, title: 'Only for admins' },
  'session.last_admin': { status: 409, title: 'The workspace needs an admin' },
  'session.too_many_attempts': { status: 429, title: 'Too many attempts to sign in' },
  'session.too_many_registrations': { status: 429, title: 'Too many new accounts' },
  'session.registration_closed': { status: 403, title: 'No new accounts' },
  'session.invite_needed': { status: 403, title: 'An invite is needed' },
  'session.invite_invalid': { status: 403, title: 'The invite is not valid' },
  'session.invite_not_found': { status: 404, title: 'No such invite' },
  'avatar.upload_not_found': { status: 404, title: 'No such upload' },
  'avatar.upload_missing': { status: 409, title: 'The picture has not been uploaded' },
  'avatar.upload_mismatch': { status: 422, title: 'The upload is not what was announced' },
  'avatar.not_an_avatar': { status: 422, title: 'The upload is not a picture that can be used' },
  'avatar.not_found': { status: 404, title: 'No such picture' },
  'avatar.recent_not_found': { status: 404, title: 'No such former picture' },
  'avatar.notice_not_found': { status: 404, title: 'No such notice' },
  'avatar.too_many_changes': { status: 429, title: 'Too many picture changes' },
  'chat.room_not_found': { status: 404, title: 'No such room' },
  'chat.message_not_found': { status: 404, title: 'No such message' },
  'chat.message_deleted': { status: 409, title: 'The message has been deleted' },
  'chat.not_yours': { status: 403, title: 'The message is not yours' },
  'chat.not_a_group': { status: 409, title: 'Direct chats have fixed members' },
  'chat.unknown_person': { status: 422, title: 'Nobody has that id' },
  'chat.dm_with_yourself': { status: 422, title: 'A direct chat needs somebody else' },
  'chat.too_many_members': { status: 422, title: 'The room would be too large' },
  'chat.too_many_reactions': { status: 409, title: 'Too many reactions' },
  'chat.attachment_not_found': { status: 404, title: 'No such image' },
  'chat.attachment_missing': { status: 409, title: 'The image has not been uploaded' },
  'chat.attachment_mismatch': { status: 422, title: 'The upload is not what was announced' },
  'chat.not_an_image': { status: 422, title: 'The upload is not an image that can be shown' },
  'chat.too_many_attachments': { status: 429, title: 'Too many images' },
  'chat.too_many_searches': { status: 429, title: 'Too many searches' },
  'chat.search_too_slow': { status: 422, title: 'The search finds too much' },
  'server.database_unavailable': { status: 503, title: 'The database cannot be reached' },
  'server.storage_unavailable': { status: 503, title: 'The picture store cannot be reached' },
  'server.stopping': { status: 503, title: 'The server is stopping' },
  'server.internal': { status: 500, title: 'Something went wrong on the server' },
}

/** After how long whatever was away may be tried again, in seconds. */
const UNAVAILABLE_SECONDS = 5

/** One fault of the input: where it is and what is wrong there. */
export interface Fault {
  path: string
  message: string
}

/** A failure that the caller is told of, with a stable code and a sentence written for them. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly faults: Fault[]
  /** In how many seconds it may be tried again; null where that is not known. */
  readonly retryAfter: number | null

  constructor(
    code: ErrorCode,
    detail: string,
    options: { cause?: unknown; faults?: Fault[]; retryAfter?: number } = {},
  ) {
    super(detail, { cause: options.cause })
    this.code = code
    this.faults = options.faults ?? []
    this.retryAfter = options.retryAfter ?? (ERRORS[code].status === 503 ? UNAVAILABLE_SECONDS : null)
  }
}

// PostgreSQL: connection exceptions, shutting down, starting up, too little of anything but disk space (53100), a statement that took too
// long, a failing disk. Node: the network.
const DATABASE_AWAY =
  /^(08...|57P0[12345]|53(?!100)...|57014|25P0[34]|58030|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE)$/
const DISK_FULL = '53100'
// Without a code. pg: the connection broke, had broken before, or could not be made in time. Knex: no connection free, the pool closed.
const DATABASE_AWAY_TEXT =
  /connection terminated|connection ended|not queryable|^timeout expired$|(timeout acquiring|unable to acquire) a connection/i

/** Turns whatever was thrown into what the caller may be told; anything unforeseen becomes `server.internal`. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const text = error instanceof Error ? error.message : ''
  if (code === DISK_FULL)
    return new AppError(
      'server.database_unavailable',
      'The database has no disk space left, so nothing new can be saved. Tell whoever runs the server, and try again later.',
      { cause: error },
    )
  if (DATABASE_AWAY.test(code) || DATABASE_AWAY_TEXT.test(text))
    return new AppError(
      'server.database_unavailable',
      'The database does not answer. Try again in a moment.',
      {
        cause: error,
      },
    )
  return new AppError(
    'server.internal',
    'The server met an unexpected problem. It has been logged; give the request id to whoever runs the server.',
    { cause: error },
  )
}
