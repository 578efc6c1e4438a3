import type { Room } from '../../../api/contract/chat.ts'
import { t } from '../platform/texts.ts'
import { UNKNOWN_NAME, useSelfId, useUser } from '../session/useUser.ts'
import { partnerId } from './rooms.ts'

/** What a room is called: its own name, or in a direct chat the other person's. */
export function useRoomName(room: Room): string {
  const partner = partnerId(room, useSelfId())
  const person = useUser(room.kind === 'dm' ? partner : undefined)
  return room.kind === 'group' ? (room.name ?? t('chat.room')) : (person?.displayName ?? UNKNOWN_NAME)
}
