import { z } from 'zod'
import { attachment, MAX_ATTACHMENTS } from './attachment.ts'
import { announcement, lateness, presigned, standing } from './avatar.ts'
import { endpoint } from './endpoint.ts'
import { id, integer, line, MAX_SEQ, perhapsText, text, time, typed } from './fields.ts'
import { picture } from './session.ts'

/** The greatest number of people in one room, its owner included: each join or leave tells every member their own view of the room. */
export const MAX_MEMBERS = 250

/** How far unread messages are counted, for each member of a room: what is told as so many may be more. */
export const MAX_UNREAD = 1_000

/** The greatest length of a message, in UTF-16 code units. */
export const MAX_BODY = 8_000

/** How many different emoji a message can carry. */
export const MAX_REACTIONS = 20

// Node 20 knows the flag, the language version that the compiler is told does not.
const EMOJI = new RegExp(String.raw`^\p{RGI_Emoji}$`, 'v')

/** One emoji, as Unicode recommends it for interchange, with its modifiers. */
export const emoji = z
  .string()
  .max(64)
  .refine((value) => EMOJI.test(value), 'must be one emoji')

/** Who reacted to a message with one emoji, in the order in which they did. */
export const reaction = z.object({ emoji: z.string(), userIds: z.array(id) })
export type Reaction = z.output<typeof reaction>

/** What a message answers: what it says stands in its own place. */
export const replied = z.object({ id, seq: z.number().int().min(1), senderId: id })

/**
 * A message; `seq` counts its room's messages 1, 2, 3, … without gaps. A deleted one stays as a tombstone with an empty body and no
 * attachments; otherwise the body is empty only where there are attachments.
 */
export const message = z.object({
  id,
  roomId: id,
  seq: z.number().int().min(1),
  senderId: id,
  clientId: id,
  body: z.string(),
  createdAt: time,
  editedAt: time.nullable(),
  deletedAt: time.nullable(),
  // Those below came later: what is in an older log, or comes from an older server, lacks them.
  replyTo: replied.nullable().default(null),
  reactions: z.array(reaction).default([]),
  attachments: z.array(attachment).default([]),
})
export type Message = z.output<typeof message>

/** A room as one of its members sees it: `lastReadSeq` and `unreadCount`, up to `MAX_UNREAD`, are that member's own. A direct chat has no name and no picture. */
export const room = z.object({
  id,
  kind: z.enum(['group', 'dm']),
  name: z.string().nullable(),
  memberIds: z.array(id),
  lastSeq: z.number().int().min(0),
  lastReadSeq: z.number().int().min(0),
  unreadCount: z.number().int().min(0),
  lastMessage: message.nullable(),
  ...picture.shape,
})
export type Room = z.output<typeof room>

const roomId = z.object({ id })
const messageId = z.object({ id, messageId: id })
const body = text(MAX_BODY)
const oneRoom = z.object({ room })
const oneMessage = z.object({ message })

/** Rooms, direct chats, messages and reading. */
export const chatEndpoints = {
  createRoom: endpoint({
    method: 'POST',
    path: '/api/rooms',
    request: z.object({ name: line(80), memberIds: z.array(id).max(MAX_MEMBERS - 1) }),
    response: oneRoom,
    status: 201,
  }),
  listRooms: endpoint({
    method: 'GET',
    path: '/api/rooms',
    request: z.object({}),
    response: z.object({ rooms: z.array(room) }),
  }),
  getRoom: endpoint({ method: 'GET', path: '/api/rooms/:id', request: roomId, response: oneRoom }),
  addMembers: endpoint({
    method: 'POST',
    path: '/api/rooms/:id/members',
    request: roomId.extend({
      userIds: z
        .array(id)
        .min(1)
        .max(MAX_MEMBERS - 1),
    }),
    response: oneRoom,
  }),
  leaveRoom: endpoint({
    method: 'DELETE',
    path: '/api/rooms/:id/members/me',
    request: roomId,
    response: z.void(),
    status: 204,
  }),
  /** The picture of a group room, which any member may set; as with one's own. */
  presignRoomAvatar: endpoint({
    method: 'POST',
    path: '/api/rooms/:id/avatar/presign',
    request: roomId.extend(announcement.shape),
    response: presigned,
    status: 201,
  }),
  completeRoomAvatar: endpoint({
    method: 'POST',
    path: '/api/rooms/:id/avatar/complete',
    request: roomId.extend({ uploadId: id, ...lateness.shape }),
    response: oneRoom.extend(standing.shape),
  }),
  removeRoomAvatar: endpoint({
    method: 'DELETE',
    path: '/api/rooms/:id/avatar',
    request: roomId.extend(lateness.shape),
    response: oneRoom.extend(standing.shape),
  }),
  openDm: endpoint({
    method: 'POST',
    path: '/api/dms',
    request: z.object({ userId: id }),
    response: oneRoom,
    status: 201,
    repeatStatus: 200,
  }),
  /** Without `before` or `after`, the newest; `hasMore` tells whether there are more in the direction that was asked for. */
  listMessages: endpoint({
    method: 'GET',
    path: '/api/rooms/:id/messages',
    request: roomId
      .extend({
        before: integer(1, MAX_SEQ).optional(),
        after: integer(0, MAX_SEQ).optional(),
        limit: integer(1, 200).default(50),
      })
      .refine((query) => query.before === undefined || query.after === undefined, {
        path: ['after'],
        message: 'must not be given together with before',
      }),
    response: z.object({ messages: z.array(message), hasMore: z.boolean() }),
  }),
  sendMessage: endpoint({
    method: 'POST',
    path: '/api/rooms/:id/messages',
    request: roomId
      .extend({
        clientId: id,
        /** May be empty beside attachments. */
        body: perhapsText(MAX_BODY),
        replyToId: id.optional(),
        /** Images that were completed in this room by the sender, in the order in which they are to be shown. */
        attachmentIds: z.array(id).max(MAX_ATTACHMENTS).optional(),
      })
      .refine((sent) => sent.body.trim() !== '' || (sent.attachmentIds ?? []).length > 0, {
        path: ['body'],
        message: 'must not be empty',
      }),
    response: oneMessage,
    status: 201,
    repeatStatus: 200,
  }),
  editMessage: endpoint({
    method: 'PATCH',
    path: '/api/rooms/:id/messages/:messageId',
    request: messageId.extend({ body }),
    response: oneMessage,
  }),
  deleteMessage: endpoint({
    method: 'DELETE',
    path: '/api/rooms/:id/messages/:messageId',
    request: messageId,
    response: oneMessage,
  }),
  /** Doing either twice changes nothing. */
  addReaction: endpoint({
    method: 'PUT',
    path: '/api/rooms/:id/messages/:messageId/reactions/:emoji',
    request: messageId.extend({ emoji }),
    response: oneMessage,
  }),
  removeReaction: endpoint({
    method: 'DELETE',
    path: '/api/rooms/:id/messages/:messageId/reactions/:emoji',
    request: messageId.extend({ emoji }),
    response: oneMessage,
  }),
  /**
   * Messages of one's rooms that have every word of `q`, or words that begin so, the latest first; `before` is the id of the last one
   * of the page before.
   */
  searchMessages: endpoint({
    method: 'GET',
    path: '/api/search',
    request: z.object({
      q: typed(200),
      roomId: id.optional(),
      senderId: id.optional(),
      before: id.optional(),
      limit: integer(1, 50).default(20),
    }),
    response: z.object({ messages: z.array(message), hasMore: z.boolean() }),
  }),
  markRead: endpoint({
    method: 'PUT',
    path: '/api/rooms/:id/read',
    request: roomId.extend({ seq: z.number().int().min(0).max(MAX_SEQ) }),
    response: z.void(),
    status: 204,
  }),
} as const
