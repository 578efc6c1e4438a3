import type { Message, Room } from '../../../api/contract/chat.ts'
import { call } from '../platform/call.ts'
import { useUsers } from '../session/users.ts'
import { addToOutbox } from './outbox.ts'
import { noteRead, putRoom, useRooms } from './rooms.ts'
import { countUnread } from './timelines.ts'

/** Takes over how far one has read in a room; the count falls at once. */
export function takeRead(roomId: string, seq: number): void {
  const { selfId } = useUsers.getState()
  if (selfId === null) return
  noteRead(roomId, seq, (room) => countUnread(roomId, seq, selfId) ?? Math.max(0, room.lastSeq - seq))
}

/** Marks a room read up to its last message, here at once and on the server behind it. */
export function readRoom({ id }: Room): void {
  // What is known now: the caller's room may be the one from before it was read.
  const { lastSeq = 0, lastReadSeq = 0 } = useRooms.getState().rooms[id] ?? {}
  if (lastReadSeq >= lastSeq) return
  takeRead(id, lastSeq)
  addToOutbox({ kind: 'read', roomId: id, seq: lastSeq })
}

/** Counts anew what is unread in a room after a message was deleted there that may have been counted. */
export function recountUnread({ roomId, seq, senderId }: Message): void {
  const { lastReadSeq = 0 } = useRooms.getState().rooms[roomId] ?? {}
  if (seq <= lastReadSeq || senderId === useUsers.getState().selfId) return
  // Should it fail, the count is right again with the next connection, or once the room is read.
  call('getRoom', { id: roomId }).then(
    ({ room }) => putRoom(room),
    () => undefined,
  )
}

/** How far an open room has been looked at. */
export interface Looked {
  /** The last message that was in view while somebody looked. */
  seen: number
  /** The first message that was unread when it came into view, before which the divider stands; null for none. */
  newFrom: number | null
}

const firstOfOthers = (messages: readonly Message[], after: number, selfId: string): number | null =>
  messages.find((message) => message.seq > after && message.senderId !== selfId)?.seq ?? null

/** What has been looked at when a room is opened with these messages. */
export function beginLooking(room: Room, messages: readonly Message[], selfId: string): Looked {
  return {
    seen: messages.at(-1)?.seq ?? 0,
    newFrom: room.unreadCount > 0 ? firstOfOthers(messages, room.lastReadSeq, selfId) : null,
  }
}

/** What has been looked at after messages came; the same object where nothing changed. */
export function lookOn(
  looked: Looked,
  messages: readonly Message[],
  looking: boolean,
  selfId: string,
): Looked {
  const last = messages.at(-1)
  if (!last || last.seq <= looked.seen) return looked
  // Whoever answers has read.
  if (last.senderId === selfId) return { seen: last.seq, newFrom: null }
  if (looking) return { ...looked, seen: last.seq }
  // The divider stands before the first that came while nobody looked, and stays while more come.
  const stands = looked.newFrom !== null && looked.newFrom > looked.seen
  return stands ? looked : { ...looked, newFrom: firstOfOthers(messages, looked.seen, selfId) }
}
