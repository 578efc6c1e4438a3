import type Router from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { avatarEndpoints as contract } from '../contract/avatar.ts'
import { id } from '../contract/fields.ts'
import { authenticate, type FindActor } from '../platform/authenticate.ts'
import type { Mount } from '../platform/endpoint.ts'
import { AppError } from '../platform/errors.ts'
import { avatarKey, FILES } from './avatar-keys.ts'
import type { AvatarService } from './avatar.service.ts'

/** Mounts setting and removing one's own picture. */
export function mountAvatar(mount: Mount, avatars: AvatarService): void {
  mount.signedIn(contract.presignAvatar, avatars.presign)
  mount.signedIn(contract.completeAvatar, avatars.complete)
  mount.signedIn(contract.removeAvatar, avatars.remove)
}

const picture = z.object({ userId: id, uploadId: id, file: z.enum([FILES.full, FILES.thumb]) })

/** Mounts the reading of pictures: a redirect to the private bucket, for whoever is signed in. */
export function mountPictures(router: Router, avatars: AvatarService, findActor: FindActor): void {
  router.get('/api/avatars/:userId/:uploadId/:file', async (ctx: Context) => {
    await authenticate(ctx.req, findActor)
    const parsed = picture.safeParse(ctx['params'])
    if (!parsed.success) throw new AppError('avatar.not_found', 'There is no picture at this address.')
    const { userId, uploadId, file } = parsed.data
    const url = await avatars.locate(avatarKey(userId, uploadId), file === FILES.full ? 'full' : 'thumb')
    ctx.redirect(url)
    // Shorter than the signature lasts; the picture itself carries its own, long life.
    ctx.set('cache-control', 'private, max-age=240')
  })
}
