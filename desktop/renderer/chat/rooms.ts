import { create } from 'zustand'
import type { Message, Room } from '../../../api/contract/chat.ts'
import { isUndeleted } from './timelines.ts'

interface Rooms {
  /** False until the rooms have been fetched for the first time. */
  loaded: boolean
  rooms: Record<string, Room>
  selectedId: string | null
}

const none: Rooms = { loaded: false, rooms: {}, selectedId: null }

/** The rooms and direct chats that one is a member of. */
export const useRooms = create<Rooms>(() => none)

const set = useRooms.setState

/** Forgets every room: for signing out. */
export const resetRooms = (): void => set(none, true)

/** Opens a room, or with null none. */
export const selectRoom = (selectedId: string | null): void => set({ selectedId })

/**
 * What is known of a room and what has just been told of it, as one. Neither `lastSeq` nor `lastReadSeq` nor `avatarVersion` ever falls:
 * an answer that was under way while a message came, or while something was read here, must not undo it.
 */
export function mergeRoom(known: Room | undefined, told: Room): Room {
  if (!known) return told
  return {
    ...told,
    lastSeq: Math.max(known.lastSeq, told.lastSeq),
    lastReadSeq: Math.max(known.lastReadSeq, told.lastReadSeq),
    unreadCount: mergeUnread(known, told),
    lastMessage: told.lastSeq < known.lastSeq ? known.lastMessage : told.lastMessage,
    ...(told.avatarVersion < known.avatarVersion ? pictureOf(known) : {}),
  }
}

/** How many are unread; where both sides know something that the other does not, at most what stands behind the mark made here. */
function mergeUnread(known: Room, told: Room): number {
  if (told.lastSeq < known.lastSeq) return known.unreadCount
  if (told.lastReadSeq >= known.lastReadSeq) return told.unreadCount
  if (told.lastSeq === known.lastSeq) return known.unreadCount
  return Math.min(told.unreadCount, known.unreadCount + told.lastSeq - known.lastSeq)
}

const pictureOf = ({ avatarUrl, avatarThumbUrl, avatarVersion, avatarThumbhash }: Room) => ({
  avatarUrl,
  avatarThumbUrl,
  avatarVersion,
  avatarThumbhash,
})

/** Takes over the whole list of rooms; one that is not in it is left. */
export function setRooms(told: readonly Room[]): void {
  set((state) => {
    const rooms = Object.fromEntries(told.map((room) => [room.id, mergeRoom(state.rooms[room.id], room)]))
    const selectedId = state.selectedId !== null && rooms[state.selectedId] ? state.selectedId : null
    return { loaded: true, rooms, selectedId }
  })
}

/** Takes over one room, from an answer or an event: both tell it as one sees it oneself. */
export function putRoom(room: Room): void {
  set(({ rooms }) => ({ rooms: { ...rooms, [room.id]: mergeRoom(rooms[room.id], room) } }))
}

/** Forgets a room that one is no longer a member of. */
export function removeRoom(roomId: string): void {
  set((state) => {
    const { [roomId]: _, ...rooms } = state.rooms
    return { rooms, selectedId: state.selectedId === roomId ? null : state.selectedId }
  })
}

/** Takes over a new or changed message: the preview, and one more unread where somebody else wrote it. */
export function noteMessage(message: Message, selfId: string): void {
  set(({ rooms }) => {
    const room = rooms[message.roomId]
    if (!room) return {}
    if (message.seq < room.lastSeq) return {}
    if (room.lastMessage?.id === message.id && isUndeleted(room.lastMessage, message)) return {}
    const isNew = message.seq > room.lastSeq
    const unread = isNew && message.senderId !== selfId && message.seq > room.lastReadSeq
    const next = {
      ...room,
      lastSeq: message.seq,
      lastMessage: message,
      unreadCount: room.unreadCount + (unread ? 1 : 0),
    }
    return { rooms: { ...rooms, [room.id]: next } }
  })
}

/** Takes over how far one has read, here or on another device; `unreadAfter` counts what is still unread behind it. */
export function noteRead(roomId: string, seq: number, unreadAfter: (room: Room) => number): void {
  set(({ rooms }) => {
    const room = rooms[roomId]
    if (!room || seq <= room.lastReadSeq) return {}
    const unreadCount = seq >= room.lastSeq ? 0 : unreadAfter(room)
    return { rooms: { ...rooms, [roomId]: { ...room, lastReadSeq: seq, unreadCount } } }
  })
}

/** The other person of a direct chat; oneself where nobody else is in it. */
export function partnerId(room: Room, selfId: string): string {
  return room.memberIds.find((id) => id !== selfId) ?? selfId
}

// Without a message it is new: above all that have one, whose times begin with a digit.
const latest = (room: Room) => room.lastMessage?.createdAt ?? 'new'

/** Rooms of one kind, the latest activity first; those without messages before them, by name. */
export function sortRooms(rooms: readonly Room[], kind: Room['kind']): Room[] {
  return rooms
    .filter((room) => room.kind === kind)
    .toSorted(
      (a, b) =>
        latest(b).localeCompare(latest(a)) ||
        (a.name ?? '').localeCompare(b.name ?? '') ||
        a.id.localeCompare(b.id),
    )
}
