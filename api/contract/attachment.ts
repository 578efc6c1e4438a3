import { z } from 'zod'
import { presignedUpload } from './avatar.ts'
import { endpoint } from './endpoint.ts'
import { id, line, time } from './fields.ts'

/** The media types that an attached image can have: what every browser engine shows by itself. */
export const ATTACHMENT_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'] as const

/** The greatest size of an attached image, in bytes: 20 MiB. */
export const MAX_ATTACHMENT_BYTES = 20 * 1024 * 1024

/** How many pixels an attached image can have, all frames of an animation together. */
export const MAX_ATTACHMENT_PIXELS = 100_000_000

/** How many images one message can carry. */
export const MAX_ATTACHMENTS = 10

/** The longer side of an attached image's thumbnail, in pixels: twice what a conversation shows, for dense screens. */
export const ATTACHMENT_THUMB_SIDE = 800

/** The greatest size of a thumbnail, in bytes. */
export const MAX_ATTACHMENT_THUMB_BYTES = 512 * 1024

/** The media type of a thumbnail. */
export const ATTACHMENT_THUMB_TYPE = 'image/webp'

const type = z.enum(ATTACHMENT_TYPES)
export type AttachmentType = z.output<typeof type>

/**
 * An image that a message carries. `width` and `height` are those of the image as it is seen, in pixels. `imageUrl` and `imageThumbUrl`
 * (WebP, the longer side at most 800 pixels) are read as pictures of people are, by members of the room alone.
 */
export const attachment = z.object({
  id,
  name: z.string(),
  type,
  bytes: z.number().int().min(1),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
  /** What stands in until the image is there (https://evanw.github.io/thumbhash/), in base64. */
  thumbhash: z.string().nullable(),
  imageUrl: z.string(),
  imageThumbUrl: z.string(),
})
export type Attachment = z.output<typeof attachment>

const roomId = z.object({ id })

/** Images for messages: announced, sent straight to the bucket, completed, and then named by the message that carries them. */
export const attachmentEndpoints = {
  presignAttachment: endpoint({
    method: 'POST',
    path: '/api/rooms/:id/attachments/presign',
    request: roomId.extend({
      name: line(255),
      type,
      bytes: z.number().int().min(1).max(MAX_ATTACHMENT_BYTES),
      /** SHA-256 of the file in base64. */
      sha256: z.string().regex(/^[A-Za-z0-9+/]{43}=$/, 'must be a SHA-256 digest in base64'),
    }),
    response: z.object({ attachmentId: id, expiresAt: time, image: presignedUpload }),
    status: 201,
  }),
  /** Checks what has arrived; the same again changes nothing. One that no message carries within a day is gone again. */
  completeAttachment: endpoint({
    method: 'POST',
    path: '/api/rooms/:id/attachments/:attachmentId/complete',
    request: roomId.extend({ attachmentId: id }),
    response: z.object({ attachment }),
  }),
} as const
