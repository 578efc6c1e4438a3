import { z } from 'zod'
import { MAX_ATTACHMENT_BYTES } from '../../../api/contract/attachment.ts'
import { id } from '../../../api/contract/fields.ts'
import { DONE } from '../api-client.ts'
import type { PictureCaches } from '../avatar/rewrite.ts'
import type { Handle } from '../ipc.ts'
import type { Outbox } from '../outbox.ts'
import type { AskForFiles, PickedFiles } from './picked-files.ts'
import { saveImage, type AskWhere } from './save-image.ts'
import { imageDescription } from './staged-image.ts'
import type { StagedImages } from './staged-images.ts'

/** What the bridge's part for attached images reaches. */
export interface AttachmentCapabilities {
  staged: StagedImages
  picked: PickedFiles
  outbox: Outbox
  pictures: PictureCaches
  askForFiles: AskForFiles
  askWhere: AskWhere
}

const file = z.instanceof(Uint8Array).refine(({ length }) => length > 0 && length <= MAX_ATTACHMENT_BYTES, {
  message: `must have 1 to ${MAX_ATTACHMENT_BYTES} bytes`,
})

/** An image of a message, by the page's own address of it. */
const shown = z.object({
  key: z.string().regex(/^[0-9a-f]{32}$/),
  name: z.string().max(1_000),
})

/** Answers the page's calls about images that messages carry. */
export function setupAttachmentsIpc(
  handle: Handle,
  { staged, picked, outbox, pictures, askForFiles, askWhere }: AttachmentCapabilities,
): void {
  handle('attachments:pick', z.undefined(), async () => ({ ok: true, value: await picked.pick(askForFiles) }))
  handle('attachments:stage', imageDescription.extend({ bytes: file }), ({ bytes, ...description }) =>
    staged.stage(description, bytes),
  )
  handle('attachments:discard', z.object({ id }), async ({ id: imageId }) => {
    // What a message is about to carry is no longer the page's to throw away.
    if (!outbox.imageIds().has(imageId)) await staged.discard(imageId)
    return DONE
  })
  handle('attachments:save', shown, (image) => saveImage(pictures.originals, askWhere, image))
}
