import type { Message } from '../contract/chat.ts'
import type { Db } from '../platform/db.ts'
import { toMessage, type MessageRow } from './message-row.ts'

/** A message before it has its place in the room. */
export type NewMessage = Pick<Message, 'id' | 'roomId' | 'senderId' | 'clientId' | 'body'>

/** Messages in the database. */
export const messageRepository = (db: Db) => ({
  /**
   * Stores a message under its room's next `seq`, for a caller who holds the room's row. Null when the sender is no member, or has
   * sent this `clientId` before. All in one round trip: others who write in the room wait meanwhile.
   */
  async insertMessage({ id, roomId, senderId, clientId, body }: NewMessage): Promise<Message | null> {
    const { rows } = await db.raw<{ rows: MessageRow[] }>(
      `with sent as (
         insert into messages (id, room_id, seq, sender_id, client_id, body)
         select ?, r.id, r.last_seq + 1, me.user_id, ?, ?
         from rooms r join room_members me on me.room_id = r.id where r.id = ? and me.user_id = ?
         on conflict (room_id, sender_id, client_id) do nothing returning *),
       counted as (update rooms r set last_seq = sent.seq from sent where r.id = sent.room_id)
       select * from sent`,
      [id, clientId, body, roomId, senderId],
    )
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

  async replaceBody(id: string, body: string): Promise<Message> {
    return changed(db, id, { body, edited_at: db.fn.now() })
  },

  /** Leaves a tombstone: the place in the order stays, the words go. */
  async entomb(id: string): Promise<Message> {
    return changed(db, id, { body: '', deleted_at: db.fn.now() })
  },
})

async function changed(db: Db, id: string, columns: object): Promise<Message> {
  const [row] = await db('messages').where({ id }).update(columns).returning<MessageRow[]>('*')
  return toMessage(row as MessageRow) // the caller holds the room and has just found the message
}
