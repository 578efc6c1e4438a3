import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { id, time } from './fields.ts'
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

/** Setting and removing one's own picture. */
export const avatarEndpoints = {
  presignAvatar: endpoint({
    method: 'POST',
    path: '/api/users/me/avatar/presign',
    request: z.object({ full: announced('full'), thumb: announced('thumb') }),
    response: z.object({ uploadId: id, expiresAt: time, full: presignedUpload, thumb: presignedUpload }),
    status: 201,
  }),
  completeAvatar: endpoint({
    method: 'POST',
    path: '/api/users/me/avatar/complete',
    request: z.object({ uploadId: id }),
    response: z.object({ user }),
  }),
  removeAvatar: endpoint({
    method: 'DELETE',
    path: '/api/users/me/avatar',
    request: z.object({}),
    response: z.object({ user }),
  }),
} as const
