import type { Message } from '../contract/chat.ts'
import type { Db } from '../platform/db.ts'
import { toMessage, type MessageRow } from './message-row.ts'

/** A message before it is stored. */
export type NewMessage = Pick<Message, 'id' | 'roomId' | 'seq' | 'senderId' | 'clientId' | 'body'>

/** Messages in the database. */
export const messageRepository = (db: Db) => ({
  async insertMessage({ id, roomId, seq, senderId, clientId, body }: NewMessage): Promise<Message> {
    const [row] = await db('messages')
      .insert({ id, room_id: roomId, seq, sender_id: senderId, client_id: clientId, body })
      .returning<MessageRow[]>('*')
    return toMessage(row as MessageRow) // an insert that does not throw returns its row
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
