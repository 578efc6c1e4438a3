import { randomUUID } from 'node:crypto'
import { MAX_MEMBERS, type chatEndpoints, type Room } from '../contract/chat.ts'
import type { ParsedInputOf } from '../contract/endpoint.ts'
import type { Actor } from '../platform/authenticate.ts'
import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import type { LogEntry, Topic, Transact } from '../platform/event-log.ts'
import { roomRepository, type RoomView } from './room.repository.ts'

type Input<Name extends keyof typeof chatEndpoints> = ParsedInputOf<(typeof chatEndpoints)[Name]>

export type RoomService = ReturnType<typeof createRoomService>

/** Rooms, direct chats, members and read marks. */
export function createRoomService({ db, transact }: { db: Db; transact: Transact }) {
  const rooms = roomRepository(db)

  return {
    /** Throws `chat.unknown_person`. */
    async create(actor: Actor, { name, memberIds }: Input<'createRoom'>): Promise<{ room: Room }> {
      return transact(async (trx, record) => {
        const repository = roomRepository(trx)
        const id = randomUUID()
        await repository.insertGroup(id, name)
        await repository.insertMembers(id, unique([actor.userId, ...memberIds]))
        const views = await repository.listViews(id)
        await record(views.map(created))
        return { room: viewOf(views, actor) }
      })
    },

    /** The one chat of a pair, whoever opens it first; tells whether it is new. Throws `chat.unknown_person`, `chat.dm_with_yourself`. */
    async openDm(actor: Actor, { userId }: Input<'openDm'>): Promise<{ room: Room; isNew: boolean }> {
      if (userId === actor.userId)
        throw new AppError('chat.dm_with_yourself', 'Choose somebody else: a direct chat has two people.')
      const pair = [actor.userId, userId].toSorted().join(':')
      return transact(async (trx, record) => {
        const repository = roomRepository(trx)
        const id = randomUUID()
        const isNew = await repository.insertDm(id, pair)
        if (!isNew) {
          const existing = await repository.findDmId(pair)
          return {
            room: found(existing === null ? null : await repository.findRoom(existing, actor.userId)),
            isNew,
          }
        }
        await repository.insertMembers(id, [actor.userId, userId])
        const views = await repository.listViews(id)
        await record(views.map(created))
        return { room: viewOf(views, actor), isNew }
      })
    },

    async list(actor: Actor): Promise<{ rooms: Room[] }> {
      return { rooms: await rooms.listRooms(actor.userId) }
    },

    /** Throws `chat.room_not_found`, to those outside as well. */
    async get(actor: Actor, { id }: Input<'getRoom'>): Promise<{ room: Room }> {
      return { room: found(await rooms.findRoom(id, actor.userId)) }
    },

    /** Throws `chat.room_not_found`, `chat.not_a_group`, `chat.unknown_person`, `chat.too_many_members`. */
    async addMembers(actor: Actor, { id, userIds }: Input<'addMembers'>): Promise<{ room: Room }> {
      return transact(async (trx, record) => {
        const repository = roomRepository(trx)
        await lockGroup(trx, id, actor)
        const added = new Set(await repository.insertMembers(id, unique(userIds)))
        if ((await repository.countMembers(id)) > MAX_MEMBERS)
          throw new AppError(
            'chat.too_many_members',
            `A room has ${MAX_MEMBERS} people at most. Nobody was added.`,
          )
        const views = await repository.listViews(id)
        if (added.size > 0)
          await record(views.map((view) => (added.has(view.viewerId) ? created(view) : updated(view))))
        return { room: viewOf(views, actor) }
      })
    },

    /** Throws `chat.room_not_found`, `chat.not_a_group`. */
    async leave(actor: Actor, { id }: Input<'leaveRoom'>): Promise<void> {
      await transact(async (trx, record) => {
        const repository = roomRepository(trx)
        await lockGroup(trx, id, actor)
        await repository.removeMember(id, actor.userId)
        const remaining = await repository.listViews(id)
        await record([removed(actor.userId, id), ...remaining.map(updated)])
      })
    },

    /** Moves the person's read mark forwards; an earlier one changes nothing. Throws `chat.room_not_found`. */
    async markRead(actor: Actor, { id, seq }: Input<'markRead'>): Promise<void> {
      await transact(async (trx, record) => {
        const repository = roomRepository(trx)
        if (!(await repository.isMember(id, actor.userId))) throw notFound()
        const now = await repository.replaceReadMark(id, actor.userId, seq)
        if (now === null) return
        const event = { type: 'room:read', data: { roomId: id, seq: now } } as const
        await record([{ topic: `user:${actor.userId}`, event }])
      })
    },

    /** The topics that a person's sockets follow, as `from` sees it. */
    async topicsOf(userId: string, from: Db = db): Promise<Topic[]> {
      const ids = await roomRepository(from).listRoomIds(userId)
      return ids.map(roomTopic)
    },
  }
}

/** Everyone in a room. */
export const roomTopic = (roomId: string): Topic => `room:${roomId}`

/** What a room's outsiders and the room's absence look like alike. */
export const notFound = (): AppError =>
  new AppError('chat.room_not_found', 'There is no such room, or you are not in it.')

async function lockGroup(trx: Db, roomId: string, actor: Actor): Promise<void> {
  const room = await roomRepository(trx).lockRoom(roomId, actor.userId)
  if (room === null) throw notFound()
  if (room.kind !== 'group') throw notAGroup()
}

/** What cannot be done with a direct chat. */
export const notAGroup = (): AppError =>
  new AppError('chat.not_a_group', 'A direct chat always has the same two people. Create a room instead.')

// A room looks different to each member (what is unread), so each is told their own view.
const created = ({ viewerId, room }: RoomView): LogEntry => ({
  topic: `user:${viewerId}`,
  control: { join: roomTopic(room.id) },
  event: { type: 'room:created', data: { room } },
})

/** Tells a member of their room as it is now. */
export const updated = ({ viewerId, room }: RoomView): LogEntry => ({
  topic: `user:${viewerId}`,
  event: { type: 'room:updated', data: { room } },
})

const removed = (userId: string, roomId: string): LogEntry => ({
  topic: `user:${userId}`,
  control: { leave: roomTopic(roomId) },
  event: { type: 'room:removed', data: { roomId } },
})

const viewOf = (views: RoomView[], actor: Actor): Room =>
  found(views.find((view) => view.viewerId === actor.userId)?.room ?? null)

/** The room; throws `chat.room_not_found` where there is none. */
export function found(room: Room | null): Room {
  if (room === null) throw notFound()
  return room
}

const unique = (ids: string[]): string[] => [...new Set(ids)]
