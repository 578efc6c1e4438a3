import { z } from 'zod'
import { presignedUpload } from '../../../api/contract/avatar.ts'
import { id, time } from '../../../api/contract/fields.ts'

/** Whose picture is changed, as the page says it. */
export const pictureTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('me') }),
  z.object({ kind: z.literal('room'), roomId: id }),
])

/** A rendition's signed request. `sent`: it has gone out whole, and the answer was lost; `stored`: the store has it. */
const signedFile = z.object({
  request: presignedUpload,
  state: z.enum(['unsent', 'sent', 'stored']),
})

/** An upload as the API signed it, and how far it is; `signedAt` is this machine's clock, in milliseconds. */
const upload = z.object({
  uploadId: id,
  signedAt: z.number(),
  expiresAt: time,
  full: signedFile,
  thumb: signedFile,
})
export type Upload = z.output<typeof upload>

/** What is to happen with a picture: two renditions beside the record are set, a former picture is taken again, or there is to be none. */
const action = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('set') }),
  z.object({ kind: z.literal('take'), recentId: id }),
  z.object({ kind: z.literal('remove') }),
])

/** A picture change as it is on disk: whose, what, and how far it is. */
export const changeRecord = z.object({
  id: z.uuid(),
  /** A later change has a greater one. */
  order: z.number().int(),
  /** In milliseconds since 1970. */
  createdAt: z.number(),
  /** When the person decided on it, by the same clock; later where it had to wait for one before it. */
  decidedAt: z.number(),
  server: z.string(),
  userId: id,
  target: pictureTarget,
  action,
  upload: upload.nullable(),
  /** The last request was sent, and what came of it is not known: it must be sent again until it is answered. */
  committing: z.boolean(),
  /** Given up by the person while that was so. */
  cancelled: z.boolean(),
})
export type ChangeRecord = z.output<typeof changeRecord>
