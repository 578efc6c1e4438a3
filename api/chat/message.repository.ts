import { DatabaseError } from 'pg'
import type { Message, Reaction } from '../contract/chat.ts'
import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import type { KeptAttachment } from './attachment-row.ts'
import { toMessage, type MessageRow } from './message-row.ts'

/** A message before it has its place in the room. */
export interface NewMessage extends Pick<Message, 'id' | 'roomId' | 'senderId' | 'clientId' | 'body'> {
  /** What it answers, in the same room. */
  replyToId: string | null
  /** Claimed for it already. */
  attachments: KeptAttachment[]
}

/** Which messages are looked for. */
export interface MessageSearch {
  /** By their beginnings, as `wordsOf` splits: at least one. */
  words: string[]
  roomId?: string | undefined
  senderId?: string | undefined
  /** Only those that were sent before this one. */
  before?: string | undefined
  limit: number
}

/** For how long a search may keep the database busy, in milliseconds: nobody waits longer, and others need their connections. */
const SEARCH_MS = 3_000

const QUERY_CANCELED = '57014'

/** Messages in the database. */
export const messageRepository = (db: Db) => ({
  /**
   * Stores a message under its room's next `seq`, for a caller who holds the room's row. Null when the sender is no member, has sent
   * this `clientId` before, or answers what is not there. All in one round trip: others who write in the room wait meanwhile.
   */
  async insertMessage({
    id,
    roomId,
    senderId,
    clientId,
    body,
    replyToId,
    attachments,
  }: NewMessage): Promise<Message | null> {
    const statement = db.raw<{ rows: MessageRow[] }>(
      `with sent as (
         insert into messages
           (id, room_id, seq, sender_id, client_id, body, reply_to_id, reply_to_seq, reply_to_sender_id, attachments)
         select :id, r.id, r.last_seq + 1, me.user_id, :clientId, :body, answered.id, answered.seq,
           answered.sender_id, :attachments::jsonb
         from rooms r join room_members me on me.room_id = r.id
           left join messages answered on answered.room_id = r.id and answered.id = :replyToId::uuid
         where r.id = :roomId and me.user_id = :senderId and (:replyToId::uuid is null or answered.id is not null)
         on conflict (room_id, sender_id, client_id) do nothing returning *),
       counted as (update rooms r set last_seq = sent.seq from sent where r.id = sent.room_id)
       select id, room_id, seq, sender_id, client_id, body, created_at, edited_at, deleted_at, reactions,
         attachments, reply_to_id, reply_to_seq, reply_to_sender_id from sent`,
      { id, roomId, senderId, clientId, body, replyToId, attachments: JSON.stringify(attachments) },
    )
    const { rows } = await statement.options({ name: 'insert_message' })
    return rows[0] === undefined ? null : toMessage(rows[0])
  },

  async findByClientId(roomId: string, senderId: string, clientId: string): Promise<Message | null> {
    const row = await db('messages')
      .where({ room_id: roomId, sender_id: senderId, client_id: clientId })
      .first<MessageRow | undefined>()
    return row === undefined ? null : toMessage(row)
  },

  async findMessage(roomId: string, id: string): Promise<Message | null> {
    const row = await db('messages').where({ room_id: roomId, id }).first<MessageRow | undefined>()
    return row === undefined ? null : toMessage(row)
  },

  /** Up to `limit` messages, ascending: the first behind `after`, or the last before `before`, or the newest. */
  async listMessages(
    roomId: string,
    { before, after, limit }: { before?: number | undefined; after?: number | undefined; limit: number },
  ): Promise<Message[]> {
    const query = db('messages').where({ room_id: roomId }).limit(limit).select<MessageRow[]>('*')
    if (after !== undefined) return (await query.where('seq', '>', after).orderBy('seq')).map(toMessage)
    if (before !== undefined) void query.where('seq', '<', before)
    const newestFirst = await query.orderBy('seq', 'desc')
    return newestFirst.toReversed().map(toMessage)
  },

  /** Up to `limit` messages of this person's rooms, the latest first, that have all these words. Within a transaction; throws
   * `chat.search_too_slow` after `SEARCH_MS`. */
  async searchMessages(
    userId: string,
    { words, roomId, senderId, before, limit }: MessageSearch,
  ): Promise<Message[]> {
    await db.raw(`set local statement_timeout = ${SEARCH_MS}`)
    const found = db('messages as m')
      .join('room_members as me', { 'me.room_id': 'm.room_id' })
      .where('me.user_id', userId)
      .whereNull('m.deleted_at')
      // As the index has it.
      .whereRaw(`to_tsvector('simple', search_words(m.body)) @@ search_query(?)`, [words])
      .orderBy([
        { column: 'm.created_at', order: 'desc' },
        { column: 'm.id', order: 'desc' },
      ])
      .limit(limit)
      .select<MessageRow[]>('m.*')
    if (roomId !== undefined) void found.where('m.room_id', roomId)
    if (senderId !== undefined) void found.where('m.sender_id', senderId)
    if (before !== undefined)
      void found.whereRaw('(m.created_at, m.id) < (select created_at, id from messages where id = ?)', [
        before,
      ])
    try {
      return (await found).map(toMessage)
    } catch (error) {
      if (error instanceof DatabaseError && error.code === QUERY_CANCELED)
        throw new AppError(
          'chat.search_too_slow',
          'This would find too much. Use longer words, or look in one room or for one person.',
          { cause: error },
        )
      throw error
    }
  },

  async replaceReactions(id: string, reactions: Reaction[]): Promise<Message> {
    return changed(db, id, { reactions: JSON.stringify(reactions) })
  },

  async replaceBody(id: string, body: string): Promise<Message> {
    return changed(db, id, { body, edited_at: db.fn.now() })
  },

  /** Leaves a tombstone: the place in the order stays, the words and images go. */
  async entomb(id: string): Promise<Message> {
    return changed(db, id, { body: '', reactions: '[]', attachments: '[]', deleted_at: db.fn.now() })
  },
})

async function changed(db: Db, id: string, columns: object): Promise<Message> {
  const [row] = await db('messages').where({ id }).update(columns).returning<MessageRow[]>('*')
  return toMessage(row as MessageRow) // the caller holds the room and has just found the message
}
