import type { ServerEvent } from '../../../api/contract/events.ts'
import { notePresence } from '../chat/presence.ts'
import { recountUnread, takeRead } from '../chat/reading.ts'
import { putRoom, removeRoom } from '../chat/rooms.ts'
import { takeMessage } from '../chat/send-message.ts'
import { forgetTimeline } from '../chat/timelines.ts'
import { noteTyping } from '../chat/typing.ts'
import { assertNever } from '../platform/assert-never.ts'
import { addNotice } from '../avatar/notices.ts'
import { addUsers, setPicture, toPicture } from '../session/users.ts'

/** Takes over what the server told, into the stores; the same event again changes nothing. */
export function applyEvent(event: ServerEvent): void {
  switch (event.type) {
    case 'user:avatar:updated':
      return setPicture(event.data.userId, toPicture(event.data))
    case 'user:updated':
      return addUsers([event.data.user])
    case 'message:created':
      noteTyping(event.data.message.roomId, event.data.message.senderId, false)
      return takeMessage(event.data.message)
    case 'message:updated':
      return takeMessage(event.data.message)
    case 'message:deleted':
      takeMessage(event.data.message)
      return recountUnread(event.data.message)
    case 'notice:created':
      return addNotice(event.data.notice)
    case 'room:created':
    case 'room:updated':
      return putRoom(event.data.room)
    case 'room:removed':
      forgetTimeline(event.data.roomId)
      return removeRoom(event.data.roomId)
    case 'room:read':
      return takeRead(event.data.roomId, event.data.seq)
    case 'presence:changed':
      return notePresence(event.data.userId, event.data.status)
    case 'typing:changed':
      return noteTyping(event.data.roomId, event.data.userId, event.data.typing)
    default:
      return assertNever(event)
  }
}
