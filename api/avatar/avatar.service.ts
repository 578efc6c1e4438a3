import type { avatarEndpoints, Rendition } from '../contract/avatar.ts'
import type { ParsedInputOf } from '../contract/endpoint.ts'
import type { User } from '../contract/session.ts'
import type { Actor } from '../platform/authenticate.ts'
import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import { sessionRepository } from '../session/session.repository.ts'
import { requireAdmin } from '../session/require-admin.ts'
import { moderationRepository } from './moderation.repository.ts'
import { pictureColumns } from './picture-columns.ts'
import type { PictureOwner } from './picture-owner.ts'
import type { PictureService, Standing } from './picture.service.ts'
import { recentRepository } from './recent.repository.ts'

type Input<Name extends keyof typeof avatarEndpoints> = ParsedInputOf<(typeof avatarEndpoints)[Name]>

export type AvatarService = ReturnType<typeof createAvatarService>

/** People's pictures: one's own, former ones, and for admins those of others. */
export function createAvatarService({ db, pictures }: { db: Db; pictures: PictureService }) {
  const recents = recentRepository(db)
  const notices = moderationRepository(db)

  return {
    presign: (actor: Actor, input: Input<'presignAvatar'>) => pictures.presign(actor, null, input),

    async complete(actor: Actor, { uploadId, madeAgo }: Input<'completeAvatar'>) {
      return toAnswer(await pictures.complete(actor, null, personsPicture(actor.userId), uploadId, madeAgo))
    },

    async remove(actor: Actor, { madeAgo }: Input<'removeAvatar'>) {
      return toAnswer(await pictures.remove(personsPicture(actor.userId), { madeAgo }))
    },

    async listRecent(actor: Actor) {
      return { pictures: await recents.list(actor.userId) }
    },

    /** Throws `avatar.recent_not_found`, `avatar.too_many_changes`. */
    async takeRecent(actor: Actor, { id, madeAgo }: Input<'takeRecentAvatar'>) {
      const files = await recents.find(actor.userId, id)
      if (files === null) throw noRecent()
      return toAnswer(await pictures.set(actor, personsPicture(actor.userId), files, madeAgo))
    },

    /** Throws `avatar.recent_not_found`. */
    async forgetRecent(actor: Actor, { id }: Input<'forgetRecentAvatar'>): Promise<void> {
      if (!(await recents.remove(actor.userId, id))) throw noRecent()
    },

    /** A former picture's file. Throws `avatar.recent_not_found`, for those of others as well. */
    async readRecent(actor: Actor, id: string, rendition: Rendition): Promise<Buffer> {
      const files = await recents.find(actor.userId, id)
      if (files === null) throw noRecent()
      return files[rendition]
    },

    /** Throws `session.not_admin`, `session.user_not_found`. */
    async removeOf(actor: Actor, { id, reason }: Input<'removeAvatarOf'>): Promise<{ user: User }> {
      await requireAdmin(db, actor)
      const { view: user } = await pictures.remove(personsPicture(id), {
        async also(trx, key) {
          await recentRepository(trx).removeByKey(key)
          const notice = await moderationRepository(trx).insertRemoval(actor.userId, id, reason)
          return [{ topic: `user:${id}`, event: { type: 'notice:created', data: { notice } } }]
        },
      })
      return { user }
    },

    async listNotices(actor: Actor) {
      return { notices: await notices.listUnseen(actor.userId) }
    },

    /** Throws `avatar.notice_not_found`. */
    async markNoticeSeen(actor: Actor, { id }: Input<'markNoticeSeen'>): Promise<void> {
      if (!(await notices.markSeen(actor.userId, id)))
        throw new AppError('avatar.notice_not_found', 'You have no notice with that id.')
    },
  }
}

const toAnswer = ({ view: user, ...standing }: Standing<User>) => ({ user, ...standing })

/** Somebody's picture, of which everyone is told. Throws `session.user_not_found` when they are gone. */
export function personsPicture(userId: string): PictureOwner<User> {
  const view = async (db: Db): Promise<User> => present(await sessionRepository(db).findUser(userId))
  return {
    place: userId,
    lock: async (trx) => present(await pictureColumns(trx, 'users').lock(userId)),
    replace: (trx, picture, madeAgo) => pictureColumns(trx, 'users').replace(userId, picture, madeAgo),
    view,
    async news(trx) {
      const { id, avatarUrl, avatarThumbUrl, avatarVersion, avatarThumbhash } = await view(trx)
      const data = { userId: id, avatarUrl, avatarThumbUrl, avatarVersion, avatarThumbhash }
      return [{ topic: 'everyone', event: { type: 'user:avatar:updated', data } }]
    },
  }
}

function present<T>(value: T | null): T {
  if (value === null) throw new AppError('session.user_not_found', 'There is nobody with that id any more.')
  return value
}

const noRecent = (): AppError =>
  new AppError('avatar.recent_not_found', 'You have no former picture with that id.')
