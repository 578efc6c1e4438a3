import type { Message, Room } from '../../../api/contract/chat.ts'
import type { Preferences } from '../../bridge.ts'
import { isMuted } from '../session/preferences.ts'
import { mentionsIn } from './remark-mentions.ts'

/** Whom a message comes to, and what they are doing. */
export interface Circumstances {
  selfId: string
  username: string
  /** The room that is open in a window that has the focus; null for none. */
  lookedAtId: string | null
  preferences: Preferences
  now: number
}

/** Whether a message that has just come is worth disturbing somebody. */
export function isWorthNotifying(message: Message, room: Room, circumstances: Circumstances): boolean {
  const { selfId, lookedAtId } = circumstances
  return (
    message.senderId !== selfId &&
    message.deletedAt === null &&
    message.seq > room.lastReadSeq &&
    room.id !== lookedAtId &&
    mayDisturb(message, room, circumstances)
  )
}

/** Whether the person wants to hear of such a message now. */
export function mayDisturb(
  message: Message,
  room: Room,
  { username, preferences, now }: Pick<Circumstances, 'username' | 'preferences' | 'now'>,
): boolean {
  const { notifications, doNotDisturbUntil } = preferences
  if (doNotDisturbUntil !== null && Date.parse(doNotDisturbUntil) > now) return false
  if (isMuted(preferences, room.id)) return false
  if (notifications.about === 'direct')
    return room.kind === 'dm' || mentionsIn(message.body).includes(username.toLowerCase())
  return notifications.about === 'all'
}

/** How much is unread that counts, for the badge: without muted rooms. */
export const countForBadge = (rooms: readonly Room[], preferences: Preferences): number =>
  rooms.reduce((sum, room) => sum + (isMuted(preferences, room.id) ? 0 : room.unreadCount), 0)
