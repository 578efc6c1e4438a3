import type { Db } from '../platform/db.ts'
import type { AttachmentRow } from './attachment-row.ts'

/** An attachment as it is announced. */
export type NewAttachment = Pick<
  AttachmentRow,
  'id' | 'room_id' | 'user_id' | 'name' | 'type' | 'bytes' | 'sha256'
>

/** What is known once an attachment is completed. */
export type Completion = Record<'served_bytes' | 'width' | 'height', number> & {
  key: string
  thumbhash: string
}

/** What somebody has announced and not completed, and completed and not sent; `freeIn` seconds the first of these is forgotten. */
export interface Unsent {
  open: number
  completed: number
  freeIn: number | null
}

/** Attached images in the database. Whatever is due by time is so by the database's clock. */
export const attachmentRepository = (db: Db) => ({
  /** Notes an upload that can be completed for so many milliseconds. */
  async insert(attachment: NewAttachment, forMs: number): Promise<AttachmentRow> {
    const [row] = await db('attachments')
      .insert({ ...attachment, expires_at: inFuture(db, forMs) })
      .returning<AttachmentRow[]>(columns(db))
    return row as AttachmentRow // an insert that does not throw returns its row
  },

  async find(userId: string, roomId: string, id: string): Promise<AttachmentRow | null> {
    const row = await db('attachments')
      .where({ id, user_id: userId, room_id: roomId })
      .first<AttachmentRow | undefined>(columns(db))
    return row ?? null
  },

  /** Finds one and holds it until the transaction ends. */
  async lock(id: string): Promise<AttachmentRow | null> {
    const row = await db('attachments')
      .where({ id })
      .forUpdate()
      .first<AttachmentRow | undefined>(columns(db))
    return row ?? null
  },

  async countUnsent(userId: string): Promise<Unsent> {
    const row = await db('attachments')
      .where({ user_id: userId, message_id: null })
      .where('expires_at', '>', db.fn.now())
      .first<Unsent | undefined>(
        db.raw('count(*) filter (where key is null)::int as open'),
        db.raw('count(key)::int as completed'),
        db.raw(
          `ceil(extract(epoch from min(expires_at) filter (where key is not null) - now()))::int as "freeIn"`,
        ),
      )
    return row ?? { open: 0, completed: 0, freeIn: null }
  },

  /** Notes what was checked; it can be sent for so many milliseconds. */
  async complete(id: string, completion: Completion, forMs: number): Promise<AttachmentRow> {
    const [row] = await db('attachments')
      .where({ id })
      .update({ ...completion, expires_at: inFuture(db, forMs) })
      .returning<AttachmentRow[]>(columns(db))
    return row as AttachmentRow // the caller holds it
  },

  /** Gives a person's completed attachments in a room to a message, for a caller who holds the room's row; those that can be given. */
  async claim(
    ids: string[],
    { messageId, roomId, userId }: Record<'messageId' | 'roomId' | 'userId', string>,
  ): Promise<AttachmentRow[]> {
    return db('attachments')
      .whereIn('id', ids)
      .where({ room_id: roomId, user_id: userId, message_id: null })
      .whereNotNull('key')
      .where('expires_at', '>', db.fn.now())
      .update({ message_id: messageId })
      .returning<AttachmentRow[]>(columns(db))
  },

  /** Where a member of the room finds the objects; of what is not sent yet, only whoever uploaded it. */
  async findKey(roomId: string, id: string, readerId: string): Promise<string | null> {
    const row = await db('attachments as a')
      .join('room_members as me', 'me.room_id', 'a.room_id')
      .where({ 'a.id': id, 'a.room_id': roomId, 'me.user_id': readerId })
      .whereRaw('(a.message_id is not null or (a.user_id = me.user_id and a.expires_at > now()))')
      .first<{ key: string | null } | undefined>('a.key')
    return row?.key ?? null
  },

  /** Removes attachments and tells their keys. */
  async remove(ids: string[]): Promise<string[]> {
    if (ids.length === 0) return []
    const rows = await db('attachments')
      .whereIn('id', ids)
      .delete()
      .returning<Array<{ key: string | null }>>('key')
    return rows.flatMap(({ key }) => key ?? [])
  },

  /** The keys of everything that is completed. */
  async listKeys(): Promise<string[]> {
    return db('attachments').whereNotNull('key').pluck<string[]>('key')
  },

  /** Forgets what could be completed or sent until so many milliseconds ago; their objects are queued for deletion from the beginning. */
  async removeExpired(agoMs: number): Promise<void> {
    await db('attachments')
      .where({ message_id: null })
      .where('expires_at', '<', inFuture(db, -agoMs))
      .delete()
  },
})

/** So many milliseconds from now, by the database's clock. */
const inFuture = (db: Db, ms: number) => db.raw('now() + make_interval(secs => ?)', [ms / 1000])

const columns = (db: Db) => ['*', db.raw('expires_at < now() as expired')]
