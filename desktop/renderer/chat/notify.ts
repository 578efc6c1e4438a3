import type { Message, Room } from '../../../api/contract/chat.ts'
import type { Unsubscribe } from '../../bridge.ts'
import { bridge } from '../platform/bridge.ts'
import { t } from '../platform/texts.ts'
import { usePreferences } from '../session/preferences.ts'
import { UNKNOWN_NAME } from '../session/useUser.ts'
import { useUsers } from '../session/users.ts'
import { messageWords } from './message-words.ts'
import { countForBadge, isWorthNotifying, mayDisturb } from './notify-decision.ts'
import { drawBadge, drawSender } from './notify-icon.ts'
import { wordsFor, wordsForAbsence } from './notify-words.ts'
import { readRoom } from './reading.ts'
import { useRooms } from './rooms.ts'

/** So many messages, and the first of them. */
interface More {
  count: number
  seq: number
}

/** What each room's notification tells of. A room without one is not in it. */
const told = new Map<string, More>()
/**
 * Up to which message each room was known when the connection was lost, by room; null before everything is known for the first time:
 * nothing is notified that was there before.
 */
let known: Map<string, number> | null = null
let isLive = false

/** From now on notifies what comes, and shows how much is unread. Returns the function that stops it and forgets everything. */
export function startNotifying(): Unsubscribe {
  let last = -1
  function showUnread(): void {
    const { loaded, rooms } = useRooms.getState()
    const count = loaded ? countForBadge(Object.values(rooms), usePreferences.getState()) : 0
    if (count === last) return
    last = count
    void drawBadge(count).then((badge) => {
      if (count === last) bridge().notifications.setUnread({ count, badge })
    })
  }
  function follow(): void {
    closeRead()
    showUnread()
  }
  const stops = [useRooms.subscribe(follow), usePreferences.subscribe(follow)]
  follow()
  return () => {
    for (const stop of stops) stop()
    for (const roomId of told.keys()) close(roomId)
    known = null
    isLive = false
    last = 0
    bridge().notifications.setUnread({ count: 0, badge: null })
  }
}

/** A message has come by the socket, and the stores have it. What is told again after an absence is summed up at its end. */
export function notifyMessage(message: Message): void {
  const room = useRooms.getState().rooms[message.roomId]
  // Whoever answers has read, also in the notification itself.
  if (room && told.has(room.id) && message.senderId === useUsers.getState().selfId) readRoom(room)
  if (isLive && room && isWorthNotifying(message, room, circumstances()))
    notify(room, message, { count: 1, seq: message.seq })
}

/** The connection is lost: what comes when it is back has not just come. */
export function noteAbsence(): void {
  if (!isLive) return
  isLive = false
  const rooms = Object.values(useRooms.getState().rooms)
  known = new Map(rooms.map(({ id, lastSeq }) => [id, lastSeq]))
}

/** Everything that was missed is known: says so once, where it is worth it. */
export function noteCaughtUp(): void {
  if (isLive) return
  isLive = true
  if (known === null) return
  const before = known
  const { lookedAtId, ...rest } = circumstances()
  const missed = Object.values(useRooms.getState().rooms).flatMap((room) => {
    const { id, lastSeq, lastReadSeq, lastMessage, unreadCount } = room
    const since = before.get(id) ?? 0
    const more = { count: Math.min(unreadCount, lastSeq - since), seq: Math.max(since, lastReadSeq) + 1 }
    const isWorth = lastMessage !== null && id !== lookedAtId && mayDisturb(lastMessage, room, rest)
    return more.count > 0 && isWorth ? [{ room, more, message: lastMessage }] : []
  })
  const [first] = missed
  if (!first) return
  if (missed.length === 1) notify(first.room, first.message, first.more)
  else sumUp(missed)
}

/** One for all rooms, in place of that of the room which it opens: the one with the latest message. */
function sumUp(missed: ReadonlyArray<{ room: Room; more: More; message: Message }>): void {
  const [latest] = missed.toSorted((a, b) => b.message.createdAt.localeCompare(a.message.createdAt))
  if (!latest) return
  const messages = missed.reduce((sum, { more }) => sum + more.count, 0)
  const { seq } = tell(latest.room.id, latest.more)
  bridge().notifications.show({
    roomId: latest.room.id,
    seq,
    ...wordsForAbsence(messages, missed.length),
    icon: null,
    canReply: false,
  })
}

function notify(room: Room, message: Message, more: More): void {
  const telling = tell(room.id, more)
  const { count, seq } = telling
  const { people } = useUsers.getState()
  const words = wordsFor({
    kind: room.kind,
    roomName: room.name ?? t('chat.aRoom'),
    senderName: people[message.senderId]?.displayName ?? UNKNOWN_NAME,
    body: messageWords(message),
    count,
    withContent: usePreferences.getState().notifications.content,
  })
  void drawSender(message.senderId)
    .catch(() => null)
    .then((icon) => {
      // Read, or joined by another, while it was drawn.
      if (told.get(room.id) === telling)
        bridge().notifications.show({ roomId: room.id, seq, ...words, icon, canReply: true })
    })
}

/** Adds to what the room's notification tells of; the first message stays the first. */
function tell(roomId: string, { count, seq }: More): More {
  const before = told.get(roomId)
  const telling = { count: (before?.count ?? 0) + count, seq: before?.seq ?? seq }
  told.set(roomId, telling)
  return telling
}

/** What has been read, here or elsewhere, needs no notification any more; nor does a room that is gone or muted. */
function closeRead(): void {
  const { rooms } = useRooms.getState()
  const { mutedRooms } = usePreferences.getState()
  for (const roomId of told.keys())
    if ((rooms[roomId]?.unreadCount ?? 0) === 0 || mutedRooms.includes(roomId)) close(roomId)
}

function close(roomId: string): void {
  told.delete(roomId)
  bridge().notifications.close({ roomId })
}

function circumstances() {
  const { selfId, people } = useUsers.getState()
  const isLooking = document.hasFocus() && document.visibilityState === 'visible'
  return {
    selfId: selfId ?? '',
    username: (selfId === null ? undefined : people[selfId])?.username ?? '',
    lookedAtId: isLooking ? useRooms.getState().selectedId : null,
    preferences: usePreferences.getState(),
    now: Date.now(),
  }
}
