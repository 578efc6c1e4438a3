import { randomUUID } from 'node:crypto'
import type { chatEndpoints, Message, Reaction } from '../contract/chat.ts'
import type { ParsedInputOf } from '../contract/endpoint.ts'
import type { Actor } from '../platform/authenticate.ts'
import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import type { Transact } from '../platform/event-log.ts'
import type { AttachmentService } from './attachment.service.ts'
import { messageRepository } from './message.repository.ts'
import { withoutReaction, withReaction } from './reactions.ts'
import { roomRepository } from './room.repository.ts'
import { notFound, roomTopic } from './room.service.ts'
import { toSearchWords } from './search-words.ts'

type Input<Name extends keyof typeof chatEndpoints> = ParsedInputOf<(typeof chatEndpoints)[Name]>

export type MessageService = ReturnType<typeof createMessageService>

/** Sending, reading, editing and deleting messages. */
export function createMessageService({
  db,
  transact,
  attachments,
  limitSearch,
  onQueued,
}: {
  db: Db
  transact: Transact
  attachments: AttachmentService
  /** Counts a search by somebody; throws where there were too many. */
  limitSearch: (userId: string) => Promise<void>
  /** Called when objects may have been queued for deletion. */
  onQueued: () => void
}) {
  const react = (
    actor: Actor,
    roomId: string,
    messageId: string,
    change: (reactions: Reaction[]) => Reaction[],
  ): Promise<{ message: Message }> =>
    transact(async (trx, record) => {
      const before = await lockMessage(trx, actor, roomId, messageId)
      if (before.deletedAt !== null)
        throw new AppError('chat.message_deleted', 'A deleted message takes no reactions.')
      const reactions = change(before.reactions)
      if (reactions === before.reactions) return { message: before }
      const message = await messageRepository(trx).replaceReactions(messageId, reactions)
      await record([{ topic: roomTopic(roomId), event: { type: 'message:updated', data: { message } } }])
      return { message }
    })

  return {
    /** Stores a message under the room's next `seq`; the same `clientId` again finds the first. Throws `chat.room_not_found`, `chat.message_not_found`, `chat.attachment_not_found`. */
    async send(
      actor: Actor,
      { id: roomId, clientId, body, replyToId, attachmentIds = [] }: Input<'sendMessage'>,
    ): Promise<{ message: Message; isNew: boolean }> {
      return transact(async (trx, record) => {
        const messages = messageRepository(trx)
        // The room's row is held from here to the commit: no two messages get one seq, and none is skipped.
        await roomRepository(trx).holdRoom(roomId)
        const id = randomUUID()
        const earlier = attachmentIds.length === 0 ? null : await findSent(trx, actor, roomId, clientId)
        if (earlier !== null) return { message: earlier, isNew: false }
        const message = await messages.insertMessage({
          id,
          roomId,
          senderId: actor.userId,
          clientId,
          body,
          replyToId: replyToId ?? null,
          attachments:
            attachmentIds.length === 0
              ? []
              : await attachments.claim(trx, attachmentIds, { messageId: id, roomId, userId: actor.userId }),
        })
        if (message === null)
          return { message: await findEarlier(trx, actor, roomId, clientId), isNew: false }
        await record([{ topic: roomTopic(roomId), event: { type: 'message:created', data: { message } } }])
        return { message, isNew: true }
      })
    },

    /** Throws `chat.room_not_found`. */
    async list(actor: Actor, { id: roomId, before, after, limit }: Input<'listMessages'>) {
      if (!(await roomRepository(db).isMember(roomId, actor.userId))) throw notFound()
      const found = await messageRepository(db).listMessages(roomId, { before, after, limit: limit + 1 })
      const hasMore = found.length > limit
      // The one too many is at the far end of the direction that was asked for.
      const messages = after !== undefined ? found.slice(0, limit) : found.slice(-limit)
      return { messages, hasMore }
    },

    /** Throws `chat.room_not_found`, `chat.message_not_found`, `chat.not_yours`, `chat.message_deleted`. */
    async edit(
      actor: Actor,
      { id: roomId, messageId, body }: Input<'editMessage'>,
    ): Promise<{ message: Message }> {
      return transact(async (trx, record) => {
        const before = await lockOwn(trx, actor, roomId, messageId)
        if (before.deletedAt !== null)
          throw new AppError('chat.message_deleted', 'A deleted message cannot be edited. Send a new one.')
        if (before.body === body) return { message: before }
        const message = await messageRepository(trx).replaceBody(messageId, body)
        await record([{ topic: roomTopic(roomId), event: { type: 'message:updated', data: { message } } }])
        return { message }
      })
    },

    /** Throws `chat.room_not_found`, `chat.message_not_found`, `chat.message_deleted`, `chat.too_many_reactions`. */
    addReaction: (
      actor: Actor,
      { id, messageId, emoji }: Input<'addReaction'>,
    ): Promise<{ message: Message }> =>
      react(actor, id, messageId, (reactions) => withReaction(reactions, emoji, actor.userId)),

    /** As above. */
    removeReaction: (
      actor: Actor,
      { id, messageId, emoji }: Input<'removeReaction'>,
    ): Promise<{ message: Message }> =>
      react(actor, id, messageId, (reactions) => withoutReaction(reactions, emoji, actor.userId)),

    /** Of a room that one is no member of, nothing is found. Throws `chat.too_many_searches`, `chat.search_too_slow`. */
    async search(actor: Actor, { q, limit, ...filters }: Input<'searchMessages'>) {
      const words = toSearchWords(q)
      // Without a word there is nothing to look for.
      if (words.length === 0) return { messages: [], hasMore: false }
      await limitSearch(actor.userId)
      const found = await db.transaction((trx) =>
        messageRepository(trx).searchMessages(actor.userId, { ...filters, words, limit: limit + 1 }),
      )
      return { messages: found.slice(0, limit), hasMore: found.length > limit }
    },

    /** Leaves a tombstone; doing it again changes nothing. Throws `chat.room_not_found`, `chat.message_not_found`, `chat.not_yours`. */
    async remove(
      actor: Actor,
      { id: roomId, messageId }: Input<'deleteMessage'>,
    ): Promise<{ message: Message }> {
      const deleted = await transact(async (trx, record) => {
        const before = await lockOwn(trx, actor, roomId, messageId)
        if (before.deletedAt !== null) return { message: before }
        const message = await messageRepository(trx).entomb(messageId)
        await attachments.discard(
          trx,
          before.attachments.map(({ id }) => id),
        )
        await record([{ topic: roomTopic(roomId), event: { type: 'message:deleted', data: { message } } }])
        return { message }
      })
      onQueued()
      return deleted
    },
  }
}

/** What was sent before under this `clientId`; who is no member has sent nothing, and what answers nothing that is there is not sent. */
async function findEarlier(trx: Db, actor: Actor, roomId: string, clientId: string): Promise<Message> {
  const earlier = await findSent(trx, actor, roomId, clientId)
  if (earlier === null) throw noSuchMessage()
  return earlier
}

/** What a member has sent under this `clientId`, if anything. Throws `chat.room_not_found`. */
async function findSent(trx: Db, actor: Actor, roomId: string, clientId: string): Promise<Message | null> {
  if (!(await roomRepository(trx).isMember(roomId, actor.userId))) throw notFound()
  return messageRepository(trx).findByClientId(roomId, actor.userId, clientId)
}

async function lockMessage(trx: Db, actor: Actor, roomId: string, messageId: string): Promise<Message> {
  if ((await roomRepository(trx).lockRoom(roomId, actor.userId)) === null) throw notFound()
  const message = await messageRepository(trx).findMessage(roomId, messageId)
  if (message === null) throw noSuchMessage()
  return message
}

const noSuchMessage = (): AppError =>
  new AppError('chat.message_not_found', 'There is no such message in this room.')

async function lockOwn(trx: Db, actor: Actor, roomId: string, messageId: string): Promise<Message> {
  const message = await lockMessage(trx, actor, roomId, messageId)
  if (message.senderId !== actor.userId)
    throw new AppError('chat.not_yours', 'Only its author can change a message.')
  return message
}
