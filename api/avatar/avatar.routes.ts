import type Router from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { AVATAR_TYPE, avatarEndpoints as contract } from '../contract/avatar.ts'
import { id } from '../contract/fields.ts'
import { authenticate, type FindActor } from '../platform/authenticate.ts'
import type { Mount } from '../platform/endpoint.ts'
import { AppError } from '../platform/errors.ts'
import { avatarKey, FILES } from './avatar-keys.ts'
import type { AvatarService } from './avatar.service.ts'
import type { PictureService } from './picture.service.ts'

/** Mounts setting, removing and taking again one's own picture, and what admins and notices need. */
export function mountAvatar(mount: Mount, avatars: AvatarService): void {
  mount.signedIn(contract.presignAvatar, avatars.presign)
  mount.signedIn(contract.completeAvatar, avatars.complete)
  mount.signedIn(contract.removeAvatar, avatars.remove)
  mount.signedIn(contract.listRecentAvatars, avatars.listRecent)
  mount.signedIn(contract.takeRecentAvatar, avatars.takeRecent)
  mount.signedIn(contract.forgetRecentAvatar, avatars.forgetRecent)
  // After one's own, whose address it would take otherwise.
  mount.signedIn(contract.removeAvatarOf, avatars.removeOf)
  mount.signedIn(contract.listNotices, avatars.listNotices)
  mount.signedIn(contract.markNoticeSeen, avatars.markNoticeSeen)
}

/** How a file is named in an address. */
export const pictureFile = z
  .enum([FILES.full, FILES.thumb])
  .transform((file) => (file === FILES.full ? ('full' as const) : ('thumb' as const)))

const served = z.object({ userId: id, uploadId: id, file: pictureFile })
const recent = z.object({ id, file: pictureFile })

/** Mounts the reading of people's pictures for whoever is signed in, and of one's own former ones. */
export function mountPictures(
  router: Router,
  {
    avatars,
    pictures,
    findActor,
  }: { avatars: AvatarService; pictures: PictureService; findActor: FindActor },
): void {
  router.get('/api/avatars/:userId/:uploadId/:file', async (ctx: Context) => {
    await authenticate(ctx.req, findActor)
    const { userId, uploadId, file } = parseAddress(served, ctx)
    redirectToBucket(ctx, await pictures.locate(avatarKey(userId, uploadId), file))
  })

  router.get('/api/users/me/avatar/recent/:id/:file', async (ctx: Context) => {
    const actor = await authenticate(ctx.req, findActor)
    const { id: recentId, file } = parseAddress(recent, ctx)
    ctx.body = await avatars.readRecent(actor, recentId, file)
    ctx.type = AVATAR_TYPE
    ctx.set('cache-control', 'private, max-age=31536000, immutable')
  })
}

/** The parts of a picture's address; throws `avatar.not_found` where they name none. */
export function parseAddress<Schema extends z.ZodType>(schema: Schema, ctx: Context): z.output<Schema> {
  const parsed = schema.safeParse(ctx['params'])
  if (!parsed.success) throw new AppError('avatar.not_found', 'There is no picture at this address.')
  return parsed.data
}

/** Sends a client on to the private bucket. */
export function redirectToBucket(ctx: Context, url: string): void {
  ctx.redirect(url)
  // Shorter than the signature lasts; the picture itself carries its own, long life.
  ctx.set('cache-control', 'private, max-age=240')
}
