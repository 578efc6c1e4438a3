import type { Message, Reaction } from '../contract/chat.ts'
import { toAttachment, type KeptAttachment } from './attachment-row.ts'

/** A message as the table `messages` holds it. */
export interface MessageRow {
  id: string
  room_id: string
  seq: number
  sender_id: string
  client_id: string
  body: string
  created_at: Date
  edited_at: Date | null
  deleted_at: Date | null
  reactions: Reaction[]
  attachments: KeptAttachment[]
  reply_to_id: string | null
  reply_to_seq: number | null
  reply_to_sender_id: string | null
}

/** Turns a row into the message that members see. */
export const toMessage = (row: MessageRow): Message => ({
  id: row.id,
  roomId: row.room_id,
  seq: row.seq,
  senderId: row.sender_id,
  clientId: row.client_id,
  body: row.body,
  createdAt: row.created_at.toISOString(),
  editedAt: row.edited_at?.toISOString() ?? null,
  deletedAt: row.deleted_at?.toISOString() ?? null,
  replyTo: toReplied(row),
  reactions: row.reactions,
  attachments: row.attachments.map((kept) => toAttachment(row.room_id, kept)),
})

const toReplied = ({ reply_to_id, reply_to_seq, reply_to_sender_id }: MessageRow): Message['replyTo'] =>
  reply_to_id === null || reply_to_seq === null || reply_to_sender_id === null
    ? null
    : { id: reply_to_id, seq: reply_to_seq, senderId: reply_to_sender_id }
