import { randomUUID } from 'node:crypto'
import { MAX_RECENT, type RecentPicture, type Rendition } from '../contract/avatar.ts'
import type { Db } from '../platform/db.ts'
import { FILES, type RenditionFiles } from './avatar-keys.ts'

/** A picture as it is kept to be taken again. */
export interface KeptPicture {
  files: RenditionFiles
  /** Of the full rendition, in base64: the same picture is kept once. */
  sha256: string
  thumbhash: string
  /** The key under which it was served last. */
  key: string
}

const address = (id: string, rendition: Rendition): string =>
  `/api/users/me/avatar/recent/${id}/${FILES[rendition]}`

interface FilesRow {
  full_file: Buffer
  thumb_file: Buffer
}

/** People's former pictures, kept in the database so that the bucket holds nothing but what is served (docs/adr/0006-former-pictures.md). */
export const recentRepository = (db: Db) => ({
  /** Keeps a picture as the one that was set last, and forgets the oldest: there are six beside the present one. */
  async put(userId: string, { files, sha256, thumbhash, key }: KeptPicture): Promise<void> {
    await db('avatar_recents')
      .insert({
        id: randomUUID(),
        user_id: userId,
        full_file: files.full,
        thumb_file: files.thumb,
        full_sha256: sha256,
        thumbhash,
        served_key: key,
        used_at: db.raw('clock_timestamp()'),
      })
      .onConflict(['user_id', 'full_sha256'])
      .merge(['used_at', 'served_key'])
    const kept = db('avatar_recents')
      .where({ user_id: userId })
      .orderBy('used_at', 'desc')
      .limit(MAX_RECENT + 1)
      .select('id')
    await db('avatar_recents').where({ user_id: userId }).whereNotIn('id', kept).delete()
  },

  /** The former pictures, the last used first, without the one that is shown now. */
  async list(userId: string): Promise<RecentPicture[]> {
    const rows = await db('avatar_recents')
      .join('users', 'users.id', 'avatar_recents.user_id')
      .where('users.id', userId)
      .whereRaw('users.avatar_key is distinct from served_key')
      .orderBy('used_at', 'desc')
      .limit(MAX_RECENT)
      .select<Array<{ id: string; thumbhash: string; used_at: Date }>>(
        'avatar_recents.id',
        'thumbhash',
        'used_at',
      )
    return rows.map((row) => ({
      id: row.id,
      avatarUrl: address(row.id, 'full'),
      avatarThumbUrl: address(row.id, 'thumb'),
      avatarThumbhash: row.thumbhash,
      usedAt: row.used_at.toISOString(),
    }))
  },

  async find(userId: string, id: string): Promise<RenditionFiles | null> {
    const row = await db('avatar_recents')
      .where({ id, user_id: userId })
      .first<FilesRow | undefined>('full_file', 'thumb_file')
    return row === undefined ? null : { full: row.full_file, thumb: row.thumb_file }
  },

  /** The files of what is served under a key. */
  async findByKey(key: string): Promise<RenditionFiles | null> {
    const row = await db('avatar_recents')
      .where({ served_key: key })
      .first<FilesRow | undefined>('full_file', 'thumb_file')
    return row === undefined ? null : { full: row.full_file, thumb: row.thumb_file }
  },

  async remove(userId: string, id: string): Promise<boolean> {
    return (await db('avatar_recents').where({ id, user_id: userId }).delete()) > 0
  },

  async removeByKey(key: string): Promise<void> {
    await db('avatar_recents').where({ served_key: key }).delete()
  },
})
