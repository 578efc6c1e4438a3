import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TYPING_EXPIRES_MS, type ServerEvent } from '../../../api/contract/events.ts'
import { applyEvent } from '../../../desktop/renderer/app/apply-event.ts'
import { resetPresence, usePresence } from '../../../desktop/renderer/chat/presence.ts'
import { putRoom, resetRooms, useRooms } from '../../../desktop/renderer/chat/rooms.ts'
import { addPage, resetTimelines, useTimelines } from '../../../desktop/renderer/chat/timelines.ts'
import { resetTyping, useTyping } from '../../../desktop/renderer/chat/typing.ts'
import { addUsers, resetUsers, setSelf, useUsers } from '../../../desktop/renderer/session/users.ts'
import { message, person, room, stubBridge, uuid } from './fake-bridge.ts'

const ROOM = uuid(1)
const seqs = () => useTimelines.getState().timelines[ROOM]?.messages.map(({ seq }) => seq)
const created = (seq: number, senderId = uuid(2)): ServerEvent => ({
  type: 'message:created',
  cursor: String(seq),
  data: { message: message(seq, senderId) },
})
const typing = (userId: string): ServerEvent => ({
  type: 'typing:changed',
  data: { roomId: ROOM, userId, typing: true },
})
const typers = () => useTyping.getState().typing[ROOM]
const avatar = (version: number): ServerEvent => ({
  type: 'user:avatar:updated',
  cursor: 'c',
  data: {
    userId: uuid(2),
    avatarUrl: `/f${version}`,
    avatarThumbUrl: `/t${version}`,
    avatarVersion: version,
    avatarThumbhash: null,
  },
})

beforeEach(() => {
  for (const reset of [resetUsers, resetRooms, resetTimelines, resetPresence, resetTyping]) reset()
  setSelf(person(1))
  addUsers([person(2)])
  putRoom(room(2))
  addPage(ROOM, [message(1), message(2)], { hasOlder: false })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('applyEvent', () => {
  it('shows the newest picture, in whatever order the events come', () => {
    applyEvent(avatar(2))
    applyEvent(avatar(1))
    expect(useUsers.getState().pictures[uuid(2)]?.thumbUrl).toBe('/t2')
  })

  it("takes a person's new name without losing a newer picture", () => {
    applyEvent(avatar(2))
    applyEvent({
      type: 'user:updated',
      cursor: 'c',
      data: { user: { ...person(2), displayName: 'Renamed' } },
    })
    expect(useUsers.getState().people[uuid(2)]?.displayName).toBe('Renamed')
    expect(useUsers.getState().pictures[uuid(2)]?.thumbUrl).toBe('/t2')
  })

  it('takes a message into room and history, once', () => {
    applyEvent(created(3))
    applyEvent(created(3))
    expect(seqs()).toEqual([1, 2, 3])
    expect(useRooms.getState().rooms[ROOM]).toMatchObject({ lastSeq: 3, unreadCount: 1 })
  })

  it('fetches what is missing before a message that came too early', async () => {
    const asked: unknown[] = []
    stubBridge({
      call: async (name, input) => {
        asked.push([name, input])
        return { ok: true, value: { messages: [message(3), message(4), message(5)], hasMore: false } }
      },
    })
    applyEvent(created(5))
    await vi.waitFor(() => expect(seqs()).toEqual([1, 2, 3, 4, 5]))
    expect(asked).toEqual([['listMessages', { id: ROOM, after: 2, limit: 200 }]])
  })

  it('takes edits and deletions', () => {
    applyEvent({
      type: 'message:updated',
      cursor: 'c',
      data: { message: { ...message(2), body: 'edited', editedAt: message(2).createdAt } },
    })
    applyEvent({
      type: 'message:deleted',
      cursor: 'c',
      data: { message: { ...message(1), body: '', deletedAt: message(1).createdAt } },
    })
    expect(useTimelines.getState().timelines[ROOM]?.messages.map(({ body }) => body)).toEqual(['', 'edited'])
    expect(useRooms.getState().rooms[ROOM]?.lastMessage?.body).toBe('edited')
  })

  it('follows rooms as they come, change and go', () => {
    applyEvent({ type: 'room:created', cursor: 'c', data: { room: room(0, { id: uuid(7), name: 'new' }) } })
    applyEvent({ type: 'room:updated', cursor: 'c', data: { room: room(2, { name: 'renamed' }) } })
    expect(useRooms.getState().rooms).toMatchObject({
      [uuid(7)]: { name: 'new' },
      [ROOM]: { name: 'renamed' },
    })
    applyEvent({ type: 'room:removed', cursor: 'c', data: { roomId: ROOM } })
    expect(useRooms.getState().rooms[ROOM]).toBeUndefined()
    expect(seqs()).toBeUndefined()
  })

  it('takes over what was read on another device', () => {
    applyEvent(created(3))
    applyEvent(created(4))
    applyEvent({ type: 'room:read', cursor: 'c', data: { roomId: ROOM, seq: 3 } })
    expect(useRooms.getState().rooms[ROOM]).toMatchObject({ lastReadSeq: 3, unreadCount: 1 })
  })

  it('follows presence', () => {
    applyEvent({ type: 'presence:changed', data: { userId: uuid(2), status: 'online' } })
    expect(usePresence.getState().online.has(uuid(2))).toBe(true)
    applyEvent({ type: 'presence:changed', data: { userId: uuid(2), status: 'offline' } })
    expect(usePresence.getState().online.has(uuid(2))).toBe(false)
  })

  it('lets typing end with the message, or by itself', () => {
    vi.useFakeTimers()
    applyEvent(typing(uuid(2)))
    applyEvent(typing(uuid(3)))
    expect(typers()).toEqual([uuid(2), uuid(3)])
    applyEvent(created(3, uuid(2)))
    expect(typers()).toEqual([uuid(3)])
    vi.advanceTimersByTime(TYPING_EXPIRES_MS - 1)
    expect(typers()).toEqual([uuid(3)])
    vi.advanceTimersByTime(1)
    expect(typers()).toEqual([])
  })
})
