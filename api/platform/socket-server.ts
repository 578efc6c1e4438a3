import type { IncomingMessage, Server } from 'node:http'
import { z } from 'zod'
import { WebSocketServer, type RawData } from 'ws'
import { clientFrame, MAX_FRAME_BYTES, PROTOCOL, type ClientFrame } from '../contract/events.ts'
import { authenticate, sessionToken, type Actor, type FindActor } from './authenticate.ts'
import type { Db } from './db.ts'
import { AppError, toAppError } from './errors.ts'
import type { EventLog } from './event-log.ts'
import { CLOSE, type Connection, type Hub, type Line } from './hub.ts'
import type { Log } from './log.ts'
import { refuse, refuseUnreadable } from './raw-refusal.ts'
import { readStanding, type Arrival } from './replay.ts'

/** What one client may send: this many frames at once, refilled at this many a second; more closes the socket with 1008. */
const FLOOD = { burst: 60, perSecond: 20 }

/** What a part of the house does with sockets. */
export interface SocketListener {
  /** A connection is ready: it has had its `hello`. */
  connected?(connection: Connection): void
  /** A client's frame, save `ping`, which is answered already. */
  received?(connection: Connection, frame: Exclude<ClientFrame, { type: 'ping' }>): void
  /** A connection that was ready is gone. */
  disconnected?(connection: Connection): void
}

interface Dependencies {
  db: Db
  hub: Hub
  eventLog: EventLog
  findActor: FindActor
  topicsOf: Arrival['topicsOf']
  listeners: SocketListener[]
  log: Log
}

/** How long closing waits for the peers' farewell, in milliseconds. */
const FAREWELL_MS = 2_000

/** All sockets of a server. */
export interface Sockets {
  /** Takes no new ones, closes every one with 1001 and waits until they are gone, 2 s at most. */
  close(): Promise<void>
}

/** Takes `GET /ws` upgrades of `server` into the hub. Without a valid token it answers 401 before the upgrade. */
export function attachSockets(server: Server, deps: Dependencies): Sockets {
  const { findActor, log } = deps
  let closing = false
  // Compression per message costs more time than these small frames could save on the line.
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  })

  // One for all, outside of the handler below: the line keeps it, and would keep the request with it.
  const noteBroken = (error: Error): void => log.debug({ err: error }, 'a socket broke before its upgrade')
  refuseUnreadable(server)
  server.on('upgrade', (request, stream, head) => {
    stream.on('error', noteBroken)
    if (addressOf(request).path !== '/ws')
      return refuse(
        stream,
        new AppError(
          'request.not_found',
          `Only /ws can be upgraded, to a WebSocket. Send the rest without Upgrade.`,
        ),
      )
    authenticate(request, findActor)
      .then((actor) => {
        if (closing)
          return refuse(
            stream,
            new AppError('server.stopping', 'The server is stopping. Reconnect in a moment.'),
          )
        return sockets.handleUpgrade(request, stream, head, (socket) => {
          welcome({ socket, stream }, request, actor, deps).catch((error: unknown) => {
            log.warn({ err: error }, 'a socket could not be taken in')
            socket.close(1011, 'The server met a problem. Reconnect.')
          })
        })
      })
      .catch((error: unknown) => {
        const known = toAppError(error)
        if (known.code === 'server.internal') log.error({ err: error }, 'unexpected error before an upgrade')
        refuse(stream, known)
      })
  })

  return {
    async close() {
      closing = true
      const open = [...sockets.clients]
      const gone = open.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())))
      for (const socket of open) socket.close(CLOSE.goingAway, 'The server is stopping. Reconnect.')
      const patience = setTimeout(() => {
        for (const socket of open) socket.terminate()
      }, FAREWELL_MS)
      await Promise.all(gone)
      clearTimeout(patience)
    },
  }
}

// Not by URL, which throws on what anyone can send, such as `//`.
function addressOf(request: IncomingMessage): { path: string; query: URLSearchParams } {
  const [path = '', query] = (request.url ?? '').split('?', 2)
  return { path, query: new URLSearchParams(query) }
}

async function welcome(
  line: Line,
  request: IncomingMessage,
  actor: Actor,
  deps: Dependencies,
): Promise<void> {
  const { listeners, log } = deps
  const { socket } = line
  socket.on('error', (error) => log.debug({ err: error, userId: actor.userId }, 'socket error'))
  // Nothing is read before its greeting: whatever comes earlier waits in the line itself.
  socket.pause()
  try {
    const connection = await join(line, request, actor, deps)
    if (connection === null) return
    for (const listener of listeners) listener.connected?.(connection)
    socket.once('close', () => {
      for (const listener of listeners) listener.disconnected?.(connection)
    })
    const receive = createReceiver(deps)
    socket.on('message', (data) => receive(connection, data))
  } finally {
    socket.resume()
  }
}

/** Takes the socket into the hub, greets it and tells what it has missed; null when it has gone or its session has ended meanwhile. */
async function join(
  line: Line,
  request: IncomingMessage,
  actor: Actor,
  { db, hub, eventLog, findActor, topicsOf }: Dependencies,
): Promise<Connection | null> {
  // What was done before connecting is not news to whoever connects.
  await eventLog.caughtUp()
  // In one breath: what is told after this position waits for the socket, what was told before is read below.
  const { position } = eventLog
  const waiting = hub.wait(line, actor)
  try {
    const still = await findActor(sessionToken(request) ?? '')
    if (still === null) {
      line.socket.close(CLOSE.sessionEnded, 'This session has ended. Sign in again.')
      return null
    }
    const cursors = addressOf(request).query.getAll('cursor')
    const cursor = cursors.length === 0 ? null : cursors.join()
    const { topics, replay, missed } = await readStanding(db, { actor, cursor, position, topicsOf })
    if (line.socket.readyState !== line.socket.OPEN) return null
    const hello = { protocol: PROTOCOL, userId: actor.userId, cursor: String(position), replay } as const
    return waiting.join(topics, [{ type: 'hello', data: hello }, ...missed])
  } finally {
    waiting.leave()
  }
}

function createReceiver({ listeners }: Dependencies): (connection: Connection, data: RawData) => void {
  let tokens = FLOOD.burst
  let filledAt = performance.now()

  function allowed(): boolean {
    const now = performance.now()
    tokens = Math.min(FLOOD.burst, tokens + ((now - filledAt) / 1000) * FLOOD.perSecond) - 1
    filledAt = now
    return tokens >= 0
  }

  return (connection, data) => {
    if (!connection.open) return
    if (!allowed()) return connection.close(CLOSE.policy, 'Too many frames. Slow down.')
    const frame = parse(data)
    if (typeof frame === 'string') return connection.send({ type: 'error', data: { code: frame } })
    if (frame.type === 'ping') return connection.send({ type: 'pong' })
    for (const listener of listeners) listener.received?.(connection, frame)
  }
}

function parse(data: RawData): ClientFrame | 'socket.malformed' | 'socket.unknown_type' {
  let json: unknown
  try {
    json = JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : '')
  } catch {
    return 'socket.malformed'
  }
  const parsed = clientFrame.safeParse(json)
  if (parsed.success) return parsed.data
  const types: string[] = clientFrame.options.map((option) => option.shape.type.value)
  const type = z.object({ type: z.string() }).safeParse(json).data?.type
  return type !== undefined && !types.includes(type) ? 'socket.unknown_type' : 'socket.malformed'
}
