import { z } from 'zod'
import { ATTACHMENT_TYPES, MAX_ATTACHMENT_BYTES } from '../../../api/contract/attachment.ts'
import { id, line } from '../../../api/contract/fields.ts'
import type { StagedImage } from '../../bridge.ts'

/** The longest side that an image can say it has, in pixels. */
const MAX_SIDE = 100_000

const side = z.number().int().min(1).max(MAX_SIDE)

/** What the page says of an image that it hands over. */
export const imageDescription = z.object({
  name: line(255),
  type: z.enum(ATTACHMENT_TYPES),
  width: side,
  height: side,
})

/** An image that is kept on disk until a message has carried it off, as drafts and the outbox name it. */
export const stagedImage = imageDescription.extend({
  id,
  bytes: z.number().int().min(1).max(MAX_ATTACHMENT_BYTES),
  url: z.string().max(100),
}) satisfies z.ZodType<StagedImage>
