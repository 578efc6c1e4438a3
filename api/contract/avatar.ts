import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { id, integer, line, time } from './fields.ts'
import { user } from './session.ts'

/** The two renditions of a picture: the side in pixels and the greatest size in bytes that the API takes. */
export const RENDITIONS = {
  full: { side: 256, maxBytes: 256 * 1024 },
  thumb: { side: 64, maxBytes: 32 * 1024 },
} as const
export type Rendition = keyof typeof RENDITIONS

/** The media type of both renditions. */
export const AVATAR_TYPE = 'image/webp'

const announced = (rendition: Rendition) =>
  z.object({
    bytes: z.number().int().min(1).max(RENDITIONS[rendition].maxBytes),
    /** SHA-256 of the file in base64. */
    sha256: z.string().regex(/^[A-Za-z0-9+/]{43}=$/, 'must be a SHA-256 digest in base64'),
  })

/** A request that the client is to send to the bucket: this method, this address, exactly these headers. */
export const presignedUpload = z.object({
  method: z.literal('PUT'),
  url: z.url(),
  headers: z.record(z.string(), z.string()),
})
export type PresignedUpload = z.output<typeof presignedUpload>

/** The two files of an upload, as they are announced. */
export const announcement = z.object({ full: announced('full'), thumb: announced('thumb') })

/** An upload that was announced: what to send to the bucket, until when. */
export const presigned = z.object({
  uploadId: id,
  expiresAt: time,
  full: presignedUpload,
  thumb: presignedUpload,
})

/** The greatest age of a change, in milliseconds: 30 days. */
export const MAX_MADE_AGO = 30 * 86_400_000

/**
 * How many milliseconds ago the person decided on a change, where that matters: one that comes late does not undo a later one.
 * Without it the change counts as the last.
 */
export const lateness = z.object({ madeAgo: integer(0, MAX_MADE_AGO).optional() })

/** In an answer: a picture that was decided on later stands, and nothing was changed. */
export const standing = z.object({ superseded: z.literal(true).optional() })

/** How many of somebody's former pictures are kept for them to take again. */
export const MAX_RECENT = 6

/** A former picture of one's own; nobody else can see it. */
export const recentPicture = z.object({
  id,
  avatarUrl: z.string(),
  avatarThumbUrl: z.string(),
  avatarThumbhash: z.string().nullable(),
  /** When it was last one's picture from. */
  usedAt: time,
})
export type RecentPicture = z.output<typeof recentPicture>

/** What somebody is told of a decision about them, until they have seen it. */
export const notice = z.object({
  id,
  kind: z.literal('avatar_removed'),
  /** The admin's words. */
  reason: z.string(),
  /** The admin; null once their account is gone. */
  actorId: id.nullable(),
  createdAt: time,
})
export type Notice = z.output<typeof notice>

/** Pictures of people: one's own, former ones, and for admins those of others. Room pictures are chat's. */
export const avatarEndpoints = {
  presignAvatar: endpoint({
    method: 'POST',
    path: '/api/users/me/avatar/presign',
    request: announcement,
    response: presigned,
    status: 201,
  }),
  completeAvatar: endpoint({
    method: 'POST',
    path: '/api/users/me/avatar/complete',
    request: lateness.extend({ uploadId: id }),
    response: standing.extend({ user }),
  }),
  removeAvatar: endpoint({
    method: 'DELETE',
    path: '/api/users/me/avatar',
    request: lateness,
    response: standing.extend({ user }),
  }),
  /** One's former pictures, the last first, without the present one. */
  listRecentAvatars: endpoint({
    method: 'GET',
    path: '/api/users/me/avatar/recent',
    request: z.object({}),
    response: z.object({ pictures: z.array(recentPicture).max(MAX_RECENT) }),
  }),
  /** Makes a former picture one's picture again, without an upload. */
  takeRecentAvatar: endpoint({
    method: 'POST',
    path: '/api/users/me/avatar/recent/:id',
    request: lateness.extend({ id }),
    response: standing.extend({ user }),
  }),
  forgetRecentAvatar: endpoint({
    method: 'DELETE',
    path: '/api/users/me/avatar/recent/:id',
    request: z.object({ id }),
    response: z.void(),
    status: 204,
  }),
  /** For admins: takes somebody's picture away, and tells them why. */
  removeAvatarOf: endpoint({
    method: 'DELETE',
    path: '/api/users/:id/avatar',
    request: z.object({ id, reason: line(300) }),
    response: z.object({ user }),
  }),
  /** What one has not seen yet, the oldest first. */
  listNotices: endpoint({
    method: 'GET',
    path: '/api/users/me/notices',
    request: z.object({}),
    response: z.object({ notices: z.array(notice) }),
  }),
  markNoticeSeen: endpoint({
    method: 'PUT',
    path: '/api/users/me/notices/:id/seen',
    request: z.object({ id }),
    response: z.void(),
    status: 204,
  }),
} as const
