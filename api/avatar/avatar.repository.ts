import type { User } from '../contract/session.ts'
import type { Db } from '../platform/db.ts'
import { toUser, USER_COLUMNS, type UserRow } from '../session/user-row.ts'
import { FILES } from './avatar-keys.ts'

/** An upload as it was announced. */
export interface Upload {
  id: string
  userId: string
  full: { bytes: number; sha256: string }
  thumb: { bytes: number; sha256: string }
  expiresAt: Date
  completed: boolean
}

/** A picture to set: its key and the two addresses. */
export interface NewPicture {
  key: string
  url: string
  thumbUrl: string
}

/** An object that is to go, at `dueAt` or later. */
export interface Deletion {
  key: string
  dueAt: Date
}

interface UploadRow {
  id: string
  user_id: string
  full_bytes: number
  full_sha256: string
  thumb_bytes: number
  thumb_sha256: string
  expires_at: Date
  completed_at: Date | null
}

/** Pictures, uploads and the queue of objects to delete, in the database. */
export const avatarRepository = (db: Db) => ({
  async insertUpload({ id, userId, full, thumb, expiresAt }: Omit<Upload, 'completed'>): Promise<void> {
    await db('avatar_uploads').insert({
      id,
      user_id: userId,
      full_bytes: full.bytes,
      full_sha256: full.sha256,
      thumb_bytes: thumb.bytes,
      thumb_sha256: thumb.sha256,
      expires_at: expiresAt,
    })
  },

  async findUpload(userId: string, id: string): Promise<Upload | null> {
    const row = await db('avatar_uploads').where({ id, user_id: userId }).first<UploadRow | undefined>()
    return row === undefined ? null : toUpload(row)
  },

  async findUser(id: string): Promise<User | null> {
    const row = await db('users')
      .where({ id })
      .first<UserRow | undefined>([...USER_COLUMNS])
    return row === undefined ? null : toUser(row)
  },

  /** Finds an upload and holds it until the transaction ends. */
  async lockUpload(userId: string, id: string): Promise<Upload | null> {
    const row = await db('avatar_uploads')
      .where({ id, user_id: userId })
      .forUpdate()
      .first<UploadRow | undefined>()
    return row === undefined ? null : toUpload(row)
  },

  async completeUpload(id: string): Promise<void> {
    await db('avatar_uploads').where({ id }).update({ completed_at: db.fn.now() })
  },

  /** Takes away what expired before `before`, and tells what it was; completed uploads are remembered for 30 days, so that completing again stays harmless. */
  async removeExpiredUploads(before: Date, limit: number): Promise<Upload[]> {
    const expired = db('avatar_uploads')
      .where('expires_at', '<', before)
      .whereRaw(`(completed_at is null or completed_at < now() - interval '30 days')`)
      .select('id')
      .limit(limit)
      .forUpdate()
      .skipLocked()
    const rows = await db('avatar_uploads').whereIn('id', expired).delete().returning<UploadRow[]>('*')
    return rows.map(toUpload)
  },

  /** Holds a person's picture until the transaction ends, and tells its key; null when the person is gone. */
  async lockPicture(userId: string): Promise<{ key: string | null } | null> {
    const row = await db('users')
      .where({ id: userId })
      // Not `for update`, which would hold up whatever refers to the person, such as a message of theirs.
      .forNoKeyUpdate()
      .first<{ avatar_key: string | null } | undefined>('avatar_key')
    return row === undefined ? null : { key: row.avatar_key }
  },

  /** Sets or removes a person's picture, raising its version; null when the person is gone. */
  async replacePicture(userId: string, picture: NewPicture | null): Promise<User | null> {
    const [row] = await db('users')
      .where({ id: userId })
      .update({
        avatar_key: picture?.key ?? null,
        avatar_url: picture?.url ?? null,
        avatar_thumb_url: picture?.thumbUrl ?? null,
        avatar_version: db.raw('avatar_version + 1'),
      })
      .returning<UserRow[]>([...USER_COLUMNS])
    return row === undefined ? null : toUser(row)
  },

  /** Everyone's picture whose address does not begin with `base`, so that a changed AVATAR_PUBLIC_URL takes hold; tells how many. */
  async rebaseUrls(base: string): Promise<number> {
    return db('users')
      .whereNotNull('avatar_key')
      .whereRaw(`avatar_url is distinct from ?::text || '/' || avatar_key || '/${FILES.full}'`, [base])
      .update({
        avatar_url: db.raw(`?::text || '/' || avatar_key || '/${FILES.full}'`, [base]),
        avatar_thumb_url: db.raw(`?::text || '/' || avatar_key || '/${FILES.thumb}'`, [base]),
      })
  },

  async queueDeletions(deletions: Deletion[]): Promise<void> {
    if (deletions.length === 0) return
    await db('object_deletions').insert(
      deletions.map(({ key, dueAt }) => ({ object_key: key, due_at: dueAt })),
    )
  },

  /** Takes due deletions for itself until `until`: whoever crashes meanwhile leaves them to the next. */
  async claimDeletions(
    until: Date,
    limit: number,
  ): Promise<Array<{ id: string; key: string; attempts: number }>> {
    const due = db('object_deletions')
      .where('due_at', '<=', db.fn.now())
      .orderBy('due_at')
      .limit(limit)
      .select('id')
      .forUpdate()
      .skipLocked()
    const rows = await db('object_deletions')
      .whereIn('id', due)
      .update({ due_at: until, attempts: db.raw('attempts + 1') })
      .returning<Array<{ id: string; object_key: string; attempts: number }>>([
        'id',
        'object_key',
        'attempts',
      ])
    return rows.map((row) => ({ id: row.id, key: row.object_key, attempts: row.attempts }))
  },

  async removeDeletions(ids: string[]): Promise<void> {
    await db('object_deletions').whereIn('id', ids).delete()
  },

  async postponeDeletion(id: string, until: Date): Promise<void> {
    await db('object_deletions').where({ id }).update({ due_at: until })
  },
})

const toUpload = (row: UploadRow): Upload => ({
  id: row.id,
  userId: row.user_id,
  full: { bytes: row.full_bytes, sha256: row.full_sha256 },
  thumb: { bytes: row.thumb_bytes, sha256: row.thumb_sha256 },
  expiresAt: row.expires_at,
  completed: row.completed_at !== null,
})
