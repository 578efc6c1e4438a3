import type Router from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { redirectToBucket } from '../avatar/avatar.routes.ts'
import { attachmentEndpoints as contract } from '../contract/attachment.ts'
import { id } from '../contract/fields.ts'
import { authenticate, type FindActor } from '../platform/authenticate.ts'
import type { Mount } from '../platform/endpoint.ts'
import { ATTACHMENT_FILES } from './attachment-keys.ts'
import { noneHere, type AttachmentService } from './attachment.service.ts'

/** Mounts the uploading of images for messages. */
export function mountAttachments(mount: Mount, attachments: AttachmentService): void {
  mount.signedIn(contract.presignAttachment, attachments.presign)
  mount.signedIn(contract.completeAttachment, attachments.complete)
}

const image = z.object({
  roomId: id,
  attachmentId: id,
  file: z
    .enum(ATTACHMENT_FILES)
    .transform((file) => (file === ATTACHMENT_FILES.image ? ('image' as const) : ('thumb' as const))),
})

/** Mounts the reading of what messages carry, for members of the room; of what is not sent yet, for whoever uploaded it. */
export function mountImages(
  router: Router,
  { attachments, findActor }: { attachments: AttachmentService; findActor: FindActor },
): void {
  router.get('/api/rooms/:roomId/attachments/:attachmentId/:file', async (ctx: Context) => {
    const actor = await authenticate(ctx.req, findActor)
    const { data } = image.safeParse(ctx['params'])
    if (data === undefined) throw noneHere()
    redirectToBucket(ctx, await attachments.locate(actor, data.roomId, data.attachmentId, data.file))
  })
}
