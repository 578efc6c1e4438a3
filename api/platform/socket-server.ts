import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { z } from 'zod'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import { clientFrame, MAX_FRAME_BYTES, PROTOCOL, type ClientFrame } from '../contract/events.ts'
import { authenticate, bearerToken, type Actor, type FindActor } from './authenticate.ts'
import { ERRORS, toAppError } from './errors.ts'
import type { EventLog, Topic } from './event-log.ts'
import { CLOSE, type Connection, type Hub } from './hub.ts'
import type { Log } from './log.ts'

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
  hub: Hub
  eventLog: EventLog
  findActor: FindActor
  /** The topics that a person follows beside their own. */
  topicsOf: (userId: string) => Promise<Topic[]>
  listeners: SocketListener[]
  log: Log
}

/** Takes `GET /ws` upgrades of `server` into the hub. Without a valid token it answers 401 before the upgrade. */
export function attachSockets(server: Server, deps: Dependencies): void {
  const { findActor, log } = deps
  // Compression per message costs more time than these small frames could save on the line.
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  })

  server.on('upgrade', (request, stream, head) => {
    stream.on('error', (error) => log.debug({ err: error }, 'a socket broke before its upgrade'))
    if (new URL(request.url ?? '/', 'http://any').pathname !== '/ws') return refuse(stream, 404, 'Not Found')
    authenticate(request, findActor)
      .then((actor) =>
        sockets.handleUpgrade(request, stream, head, (socket) => {
          welcome(socket, request, actor, deps).catch((error: unknown) => {
            log.warn({ err: error }, 'a socket could not be taken in')
            socket.close(1011, 'The server met a problem. Reconnect.')
          })
        }),
      )
      .catch((error: unknown) => {
        const { code } = toAppError(error)
        if (code === 'server.internal') log.error({ err: error }, 'unexpected error before an upgrade')
        refuse(stream, ERRORS[code].status, ERRORS[code].title)
      })
  })
}

function refuse(stream: Duplex, status: number, reason: string): void {
  const authenticate = status === 401 ? 'WWW-Authenticate: Bearer\r\n' : ''
  stream.end(`HTTP/1.1 ${status} ${reason}\r\n${authenticate}Connection: close\r\nContent-Length: 0\r\n\r\n`)
}

async function welcome(
  socket: WebSocket,
  request: IncomingMessage,
  actor: Actor,
  deps: Dependencies,
): Promise<void> {
  const { hub, eventLog, findActor, topicsOf, listeners } = deps
  let connection: Connection | undefined
  const early: RawData[] = []
  const receive = createReceiver(deps)
  socket.on('error', (error) => deps.log.debug({ err: error, userId: actor.userId }, 'socket error'))
  socket.on('message', (data) => {
    if (connection === undefined) early.push(data)
    else receive(connection, data)
  })

  // While the log stands still: what the topics miss now will be told, and a session that ends now will be closed.
  connection = await eventLog.between(async (cursor) => {
    const still = await findActor(bearerToken(request) ?? '')
    if (still === null) {
      socket.close(CLOSE.sessionEnded, 'This session has ended. Sign in again.')
      return undefined
    }
    const topics = await topicsOf(actor.userId)
    if (socket.readyState !== socket.OPEN) return undefined
    const replay = new URL(request.url ?? '/', 'http://any').searchParams.has('cursor') ? 'resync' : 'none'
    const added = hub.add(socket, actor, topics)
    added.send({ type: 'hello', data: { protocol: PROTOCOL, userId: actor.userId, cursor, replay } })
    return added
  })
  if (connection === undefined) return
  const ready = connection
  for (const listener of listeners) listener.connected?.(ready)
  socket.once('close', () => {
    for (const listener of listeners) listener.disconnected?.(ready)
  })
  for (const data of early) receive(connection, data)
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
