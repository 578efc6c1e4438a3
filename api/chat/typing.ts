import { TYPING_EXPIRES_MS } from '../contract/events.ts'
import type { Connection, Hub } from '../platform/hub.ts'
import type { SocketListener } from '../platform/socket-server.ts'
import { roomTopic } from './room.service.ts'

/** Tells a room's members who is typing; it ends when they say so, when they go, or by itself. */
export function createTyping({
  hub,
  publish,
}: {
  hub: Pick<Hub, 'follows'>
  publish: Hub['publish']
}): SocketListener & {
  stop(): void
} {
  /** By person and room: the device that told it last, and the clock that ends it. */
  const typing = new Map<string, { connection: Connection; roomId: string; timer: NodeJS.Timeout }>()

  const tell = (roomId: string, userId: string, isTyping: boolean): void =>
    publish(
      roomTopic(roomId),
      { type: 'typing:changed', data: { roomId, userId, typing: isTyping } },
      { exceptUserId: userId },
    )

  function end(key: string): void {
    const entry = typing.get(key)
    if (entry === undefined) return
    clearTimeout(entry.timer)
    typing.delete(key)
    tell(entry.roomId, entry.connection.actor.userId, false)
  }

  return {
    received(connection, { data: { roomId, typing: isTyping } }) {
      const { userId } = connection.actor
      const key = `${userId} ${roomId}`
      if (!isTyping) return end(key)
      // Nobody learns here whether a room exists that they are not in.
      if (!hub.follows(userId, roomTopic(roomId))) return
      const entry = typing.get(key)
      clearTimeout(entry?.timer)
      typing.set(key, { connection, roomId, timer: setTimeout(() => end(key), TYPING_EXPIRES_MS).unref() })
      if (entry === undefined) tell(roomId, userId, true)
    },

    disconnected(connection) {
      for (const [key, entry] of typing) if (entry.connection === connection) end(key)
    },

    stop() {
      for (const { timer } of typing.values()) clearTimeout(timer)
    },
  }
}
