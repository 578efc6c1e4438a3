import { z } from 'zod'

/** Every code that a failed request can carry. The API maps each to a status, the desktop each to a sentence. */
export const errorCode = z.enum([
  'request.invalid',
  'request.not_found',
  'request.method_not_allowed',
  'request.too_large',
  'request.unsupported_type',
  'request.timeout',
  'request.headers_too_large',
  'request.too_many',
  'session.unauthenticated',
  'session.bad_credentials',
  'session.username_taken',
  'session.not_found',
  'session.user_not_found',
  'session.not_admin',
  'session.last_admin',
  'session.too_many_attempts',
  'session.too_many_registrations',
  'session.registration_closed',
  'session.invite_needed',
  'session.invite_invalid',
  'session.invite_not_found',
  'avatar.upload_not_found',
  'avatar.upload_missing',
  'avatar.upload_mismatch',
  'avatar.not_an_avatar',
  'avatar.not_found',
  'avatar.recent_not_found',
  'avatar.notice_not_found',
  'avatar.too_many_changes',
  'chat.room_not_found',
  'chat.message_not_found',
  'chat.message_deleted',
  'chat.not_yours',
  'chat.not_a_group',
  'chat.unknown_person',
  'chat.dm_with_yourself',
  'chat.too_many_members',
  'chat.too_many_reactions',
  'server.database_unavailable',
  'server.storage_unavailable',
  'server.internal',
])
export type ErrorCode = z.output<typeof errorCode>

/** The body of every failed request (`application/problem+json`, RFC 9457). */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: errorCode,
  requestId: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
export type Problem = z.output<typeof problem>
