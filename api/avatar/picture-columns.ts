import type { Db } from '../platform/db.ts'
import { FILES } from './avatar-keys.ts'
import type { HeldPicture, NewPicture } from './picture-owner.ts'

/** The picture's columns, which people and rooms have alike. */
export const pictureColumns = (db: Db, table: 'users' | 'rooms') => ({
  /** Holds a picture until the transaction ends; null when the owner is gone. */
  async lock(id: string): Promise<HeldPicture | null> {
    const row = await db(table)
      .where({ id })
      // Not `for update`, which would hold up whatever refers to the row, such as a message.
      .forNoKeyUpdate()
      .first<{ avatar_key: string | null; made_ago: number | null } | undefined>(
        'avatar_key',
        // By the database's clock, which all processes share; as a float, since numeric comes as text.
        db.raw('(extract(epoch from clock_timestamp() - avatar_decided_at) * 1000)::float8 as made_ago'),
      )
    return row === undefined ? null : { key: row.avatar_key, madeAgo: row.made_ago }
  },

  /** Sets or removes a picture, raising its version; decided on `madeAgo` milliseconds ago. */
  async replace(id: string, picture: NewPicture | null, madeAgo: number): Promise<void> {
    await db(table)
      .where({ id })
      .update({
        avatar_key: picture?.key ?? null,
        avatar_url: picture?.url ?? null,
        avatar_thumb_url: picture?.thumbUrl ?? null,
        avatar_thumbhash: picture?.thumbhash ?? null,
        avatar_version: db.raw('avatar_version + 1'),
        avatar_decided_at: db.raw("clock_timestamp() - ?::float8 * interval '1 millisecond'", [madeAgo]),
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
