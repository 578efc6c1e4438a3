import type { Db } from '../platform/db.ts'
import { FILES } from './avatar-keys.ts'
import type { NewPicture } from './picture-owner.ts'

/** The picture's columns, which people and rooms have alike. */
export const pictureColumns = (db: Db, table: 'users' | 'rooms') => ({
  /** Holds a picture until the transaction ends, and tells its key; null when the owner is gone. */
  async lock(id: string): Promise<{ key: string | null } | null> {
    const row = await db(table)
      .where({ id })
      // Not `for update`, which would hold up whatever refers to the row, such as a message.
      .forNoKeyUpdate()
      .first<{ avatar_key: string | null } | undefined>('avatar_key')
    return row === undefined ? null : { key: row.avatar_key }
  },

  /** Sets or removes a picture, raising its version. */
  async replace(id: string, picture: NewPicture | null): Promise<void> {
    await db(table)
      .where({ id })
      .update({
        avatar_key: picture?.key ?? null,
        avatar_url: picture?.url ?? null,
        avatar_thumb_url: picture?.thumbUrl ?? null,
        avatar_thumbhash: picture?.thumbhash ?? null,
        avatar_version: db.raw('avatar_version + 1'),
      })
  },

  /** Every picture whose address does not begin with `base`, so that a changed AVATAR_PUBLIC_URL takes hold; tells how many. */
  async rebase(base: string): Promise<number> {
    return db(table)
      .whereNotNull('avatar_key')
      .whereRaw(`avatar_url is distinct from ?::text || '/' || avatar_key || '/${FILES.full}'`, [base])
      .update({
        avatar_url: db.raw(`?::text || '/' || avatar_key || '/${FILES.full}'`, [base]),
        avatar_thumb_url: db.raw(`?::text || '/' || avatar_key || '/${FILES.thumb}'`, [base]),
      })
  },
})
