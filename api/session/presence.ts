import type { Hub } from '../platform/hub.ts'
import type { SocketListener } from '../platform/socket-server.ts'

/** How long somebody stays online after their last socket has gone, in milliseconds: a reconnection is no absence. */
export const OFFLINE_AFTER_MS = 2_000

/** Tells everyone who is online, from their sockets; a newcomer hears first who is there already. */
export function createPresence(hub: Hub): SocketListener & { stop(): void } {
  const socketsOf = new Map<string, number>()
  const leaving = new Map<string, NodeJS.Timeout>()

  const announce = (userId: string, status: 'online' | 'offline'): void =>
    hub.publish('everyone', { type: 'presence:changed', data: { userId, status } })

  function leave(userId: string): void {
    leaving.delete(userId)
    socketsOf.delete(userId)
    announce(userId, 'offline')
  }

  return {
    connected(connection) {
      const { userId } = connection.actor
      const known = socketsOf.has(userId)
      socketsOf.set(userId, (socketsOf.get(userId) ?? 0) + 1)
      clearTimeout(leaving.get(userId))
      leaving.delete(userId)
      for (const other of socketsOf.keys())
        if (other !== userId || known)
          connection.send({ type: 'presence:changed', data: { userId: other, status: 'online' } })
      if (!known) announce(userId, 'online')
    },

    disconnected({ actor: { userId } }) {
      const left = (socketsOf.get(userId) ?? 1) - 1
      socketsOf.set(userId, left)
      if (left === 0) leaving.set(userId, setTimeout(() => leave(userId), OFFLINE_AFTER_MS).unref())
    },

    stop() {
      for (const timer of leaving.values()) clearTimeout(timer)
    },
  }
}
