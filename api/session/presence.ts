import { randomUUID } from 'node:crypto'
import type { Bus } from '../platform/bus.ts'
import type { Db } from '../platform/db.ts'
import type { Hub } from '../platform/hub.ts'
import type { Log } from '../platform/log.ts'
import type { SocketListener } from '../platform/socket-server.ts'
import { presenceRepository } from './presence.repository.ts'

/** How long somebody stays online after their last socket has gone, in milliseconds: a reconnection is no absence. */
export const OFFLINE_AFTER_MS = 2_000
/** How often a process says that it lives, and looks whether the others do, in milliseconds. */
const BEAT_MS = 10_000
/** How long changes gather before the others' are looked up, in milliseconds: thousands may come back at once. */
const GATHER_MS = 100

/** Who is online, at this process or another. */
export interface Presence extends SocketListener {
  start(): void
  stop(): Promise<void>
}

/** Tells everyone who is online, from the sockets of all processes; a newcomer hears first who is there already. */
export function createPresence({ hub, bus, db, log }: { hub: Hub; bus: Bus; db: Db; log: Log }): Presence {
  const online = presenceRepository(db, randomUUID())
  const socketsOf = new Map<string, number>()
  const leaving = new Map<string, NodeJS.Timeout>()
  let elsewhere = new Set<string>()
  /** Whom the database has online here. */
  let written = new Set<string>()
  let beating: NodeJS.Timeout | undefined
  let gathering: NodeJS.Timeout | undefined
  let turn: Promise<void> = Promise.resolve()

  const announce = (userId: string, status: 'online' | 'offline'): void =>
    hub.publish('everyone', { type: 'presence:changed', data: { userId, status } })

  function leave(userId: string): void {
    leaving.delete(userId)
    socketsOf.delete(userId)
    if (!elsewhere.has(userId)) announce(userId, 'offline')
    exchangeSoon()
  }

  /** Writes who is here and reads who is elsewhere, once what comes together has gathered. */
  function exchangeSoon(): void {
    gathering ??= setTimeout(() => {
      gathering = undefined
      inTurn(exchange)
    }, GATHER_MS).unref()
  }

  function inTurn(work: () => Promise<void>): void {
    turn = turn
      .then(work)
      .catch((error: unknown) => log.debug({ err: error }, 'who is online elsewhere cannot be told now'))
  }

  async function exchange(): Promise<void> {
    const come = [...socketsOf.keys()].filter((userId) => !written.has(userId))
    const gone = [...written].filter((userId) => !socketsOf.has(userId))
    if (come.length > 0) await online.add(come)
    if (gone.length > 0) await online.remove(gone)
    for (const userId of come) written.add(userId)
    for (const userId of gone) written.delete(userId)
    if (come.length > 0 || gone.length > 0) bus.send({ kind: 'presence' })
    takeElsewhere(new Set(await online.listElsewhere()))
  }

  function takeElsewhere(now: Set<string>): void {
    const before = elsewhere
    elsewhere = now
    for (const userId of now) if (!before.has(userId) && !socketsOf.has(userId)) announce(userId, 'online')
    for (const userId of before) if (!now.has(userId) && !socketsOf.has(userId)) announce(userId, 'offline')
  }

  async function beat(): Promise<void> {
    // Others took this process for dead, or the database has crashed: it is told anew who is here.
    if (await online.beat()) written = new Set()
    await exchange()
  }

  bus.listen(({ kind }) => {
    if (kind === 'presence') exchangeSoon()
  })

  return {
    connected(connection) {
      const { userId } = connection.actor
      const known = socketsOf.has(userId) || elsewhere.has(userId)
      socketsOf.set(userId, (socketsOf.get(userId) ?? 0) + 1)
      clearTimeout(leaving.get(userId))
      leaving.delete(userId)
      for (const other of new Set([...socketsOf.keys(), ...elsewhere]))
        if (other !== userId || known)
          connection.send({ type: 'presence:changed', data: { userId: other, status: 'online' } })
      if (!known) announce(userId, 'online')
      if (!written.has(userId)) exchangeSoon()
    },

    disconnected({ actor: { userId } }) {
      const left = (socketsOf.get(userId) ?? 1) - 1
      socketsOf.set(userId, left)
      if (left === 0) leaving.set(userId, setTimeout(() => leave(userId), OFFLINE_AFTER_MS).unref())
    },

    start() {
      inTurn(beat)
      beating = setInterval(() => inTurn(beat), BEAT_MS)
    },

    async stop() {
      clearInterval(beating)
      clearTimeout(gathering)
      for (const timer of leaving.values()) clearTimeout(timer)
      inTurn(() => online.removeProcess())
      await turn
      bus.send({ kind: 'presence' })
    },
  }
}
