import type { Db } from '../platform/db.ts'
import { roomPlace, type AvatarPlace } from './avatar-keys.ts'

/** An upload as it was announced. */
export interface Upload {
  id: string
  /** Who announced it. */
  userId: string
  /** Whose picture it is to be, where that is a room. */
  roomId: string | null
  full: { bytes: number; sha256: string }
  thumb: { bytes: number; sha256: string }
  expiresAt: Date
  /** Whether it could no longer be completed when it was read. */
  expired: boolean
  completed: boolean
}

/** An object that is to go, so many milliseconds from now or later. */
export interface Deletion {
  key: string
  inMs: number
}

interface UploadRow {
  id: string
  user_id: string
  room_id: string | null
  full_bytes: number
  full_sha256: string
  thumb_bytes: number
  thumb_sha256: string
  expires_at: Date
  expired: boolean
  completed_at: Date | null
}

/**
 * Pictures, uploads and the queue of objects to delete, in the database. Whatever is due by time is so by the database's clock: those of
 * API processes may differ, and may step.
 */
export const avatarRepository = (db: Db) => ({
  /** Notes an upload that expires in so many milliseconds. */
  async insertUpload(
    { id, userId, roomId, full, thumb }: Omit<Upload, 'expiresAt' | 'expired' | 'completed'>,
    expiresInMs: number,
  ): Promise<Upload> {
    const [row] = await db('avatar_uploads')
      .insert({
        id,
        user_id: userId,
        room_id: roomId,
        full_bytes: full.bytes,
        full_sha256: full.sha256,
        thumb_bytes: thumb.bytes,
        thumb_sha256: thumb.sha256,
        expires_at: inFuture(db, expiresInMs),
      })
      .returning<UploadRow[]>(uploadColumns(db))
    return toUpload(row as UploadRow) // an insert that does not throw returns its row
  },

  async findUpload(userId: string, roomId: string | null, id: string): Promise<Upload | null> {
    const row = await db('avatar_uploads')
      .where({ id, user_id: userId, room_id: roomId })
      .first<UploadRow | undefined>(uploadColumns(db))
    return row === undefined ? null : toUpload(row)
  },

  /** How many uploads somebody has announced that can still be completed. */
  async countOpenUploads(userId: string): Promise<number> {
    const [row] = await db('avatar_uploads')
      .where({ user_id: userId, completed_at: null })
      .where('expires_at', '>', db.fn.now())
      .count<Array<{ count: string }>>()
    return Number(row?.count ?? 0)
  },

  /** Finds an upload and holds it until the transaction ends. */
  async lockUpload(id: string): Promise<Upload | null> {
    const row = await db('avatar_uploads')
      .where({ id })
      .forUpdate()
      .first<UploadRow | undefined>(uploadColumns(db))
    return row === undefined ? null : toUpload(row)
  },

  async completeUpload(id: string): Promise<void> {
    await db('avatar_uploads').where({ id }).update({ completed_at: db.fn.now() })
  },

  /** Takes away what expired so many milliseconds ago, and tells what it was; completed uploads are remembered for 30 days, so that completing again stays harmless. */
  async removeExpiredUploads(agoMs: number, limit: number): Promise<Upload[]> {
    const expired = db('avatar_uploads')
      .where('expires_at', '<', inFuture(db, -agoMs))
      .whereRaw(`(completed_at is null or completed_at < now() - interval '30 days')`)
      .select('id')
      .limit(limit)
      .forUpdate()
      .skipLocked()
    const rows = await db('avatar_uploads')
      .whereIn('id', expired)
      .delete()
      .returning<UploadRow[]>(uploadColumns(db))
    return rows.map(toUpload)
  },

  async queueDeletions(deletions: Deletion[]): Promise<void> {
    if (deletions.length === 0) return
    await db('object_deletions').insert(
      deletions.map(({ key, inMs }) => ({ object_key: key, due_at: inFuture(db, inMs) })),
    )
  },

  /** Keeps objects after all. */
  async cancelDeletions(keys: string[]): Promise<void> {
    await db('object_deletions').whereIn('object_key', keys).delete()
  },

  /** Holds a person's row until the transaction ends: what they do at the same time happens in turn. */
  async holdPerson(userId: string): Promise<void> {
    await db('users').where({ id: userId }).forNoKeyUpdate().select('id')
  },

  /** Takes due deletions for itself for so many milliseconds: whoever crashes meanwhile leaves them to the next. */
  async claimDeletions(
    forMs: number,
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
      .update({ due_at: inFuture(db, forMs), attempts: db.raw('attempts + 1') })
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

  async postponeDeletion(id: string, byMs: number): Promise<void> {
    await db('object_deletions')
      .where({ id })
      .update({ due_at: inFuture(db, byMs) })
  },
})

/** Whose picture an upload is to be, as keys have it. */
export const placeOf = ({ userId, roomId }: Upload): AvatarPlace =>
  roomId === null ? userId : roomPlace(roomId)

/** So many milliseconds from now, by the database's clock. */
const inFuture = (db: Db, ms: number) => db.raw('now() + make_interval(secs => ?)', [ms / 1000])

const uploadColumns = (db: Db) => ['*', db.raw('expires_at < now() as expired')]

const toUpload = (row: UploadRow): Upload => ({
  id: row.id,
  userId: row.user_id,
  roomId: row.room_id,
  full: { bytes: row.full_bytes, sha256: row.full_sha256 },
  thumb: { bytes: row.thumb_bytes, sha256: row.thumb_sha256 },
  expiresAt: row.expires_at,
  expired: row.expired,
  completed: row.completed_at !== null,
})
