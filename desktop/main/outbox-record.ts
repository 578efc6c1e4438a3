import { z } from 'zod'
import { MAX_ATTACHMENTS } from '../../api/contract/attachment.ts'
import { emoji, MAX_BODY, replied } from '../../api/contract/chat.ts'
import { errorCode } from '../../api/contract/errors.ts'
import { id, MAX_SEQ, perhapsText, text } from '../../api/contract/fields.ts'
import { stagedImage } from './attachments/staged-image.ts'

/** The text of a message. */
export const body = text(MAX_BODY)

/** What waits in the outbox, as the page says it. */
export const outboxAction = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('send'),
      roomId: id,
      clientId: id,
      /** May be empty beside images. */
      body: perhapsText(MAX_BODY),
      replyTo: replied.nullable(),
      // What an earlier version has left on disk lacks them.
      images: z.array(stagedImage).max(MAX_ATTACHMENTS).default([]),
    })
    .refine((sent) => sent.body.trim() !== '' || sent.images.length > 0, 'must not be empty'),
  z.object({ kind: z.literal('edit'), roomId: id, messageId: id, body }),
  z.object({ kind: z.literal('delete'), roomId: id, messageId: id }),
  z.object({ kind: z.literal('react'), roomId: id, messageId: id, emoji, on: z.boolean() }),
  z.object({ kind: z.literal('read'), roomId: id, seq: z.number().int().min(0).max(MAX_SEQ) }),
])

/** Why the server will not do it; whatever else is on disk counts as not refused yet. */
export const refusal = z.object({
  code: z.enum([
    ...errorCode.options,
    'desktop.bad_answer',
    'desktop.internal',
    'desktop.image_gone',
    'desktop.store_refused',
    'desktop.upload_expired',
    'desktop.clock_skewed',
  ]),
  detail: z.string(),
  requestId: z.string().exactOptional(),
})
export type Refusal = z.output<typeof refusal>

/** One entry of the outbox as it is on disk: whose, what, and what is known of it. */
export const outboxRecord = z.object({
  id,
  /** In milliseconds since 1970. */
  createdAt: z.number(),
  server: z.string(),
  userId: id,
  action: outboxAction,
  /** The text has changed since the entry was made: the server may have the one from before. */
  isRewritten: z.boolean(),
  /** Given up while it was on its way: once it is there it is to be deleted. */
  isWithdrawn: z.boolean(),
  refusal: refusal.nullable().catch(null),
  /** The images that are in the store already: ids of attachments by those of images. */
  uploaded: z.record(id, id).default({}),
})
export type OutboxRecord = z.output<typeof outboxRecord>
