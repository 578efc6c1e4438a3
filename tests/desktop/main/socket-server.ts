import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import { STATUS_CODES, type IncomingMessage } from 'node:http'
import { isDeepStrictEqual } from 'node:util'
import { expect, onTestFinished, vi } from 'vitest'
import WebSocket, { WebSocketServer } from 'ws'
import type { ServerEvent } from '../../../api/contract/events.ts'
import type { ConnectionState } from '../../../desktop/bridge.ts'
import type { Account } from '../../../desktop/main/api-client.ts'
import { Socket } from '../../../desktop/main/socket.ts'
import { always, startServer } from './local-server.ts'

const PING = { type: 'ping' }

/** Whom the socket’s server greets. */
export const USER = '00000000-0000-4000-8000-000000000001'
/** The first frame of every connection. */
export const hello = { type: 'hello', data: { protocol: 1, userId: USER, cursor: '1', replay: 'none' } }
/** An event, about somebody new unless said. */
export const presence = (userId: string = randomUUID()) => ({
  type: 'presence:changed',
  data: { userId, status: 'online' },
})

/** One link as the server sees it. */
export class Link {
  readonly socket: WebSocket
  readonly request: IncomingMessage
  /** What came, pings apart. */
  readonly received: unknown[] = []
  answersPings = true
  pings = 0

  constructor(socket: WebSocket, request: IncomingMessage) {
    this.socket = socket
    this.request = request
    socket.on('message', (data) => {
      const frame: unknown = JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : '')
      if (!isDeepStrictEqual(frame, PING)) return void this.received.push(frame)
      if (this.answersPings) this.send({ type: 'pong' })
      this.pings += 1
    })
  }

  get token(): string | undefined {
    return this.request.headers.authorization
  }

  send(...frames: unknown[]): void {
    for (const frame of frames) this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  async closed(): Promise<void> {
    if (this.socket.readyState !== WebSocket.CLOSED) await once(this.socket, 'close')
  }
}

/** A server for sockets: refuses the handshake with `refuse`, else takes the link and, unless told not to, says hello. */
export async function startSocketServer() {
  const links: Link[] = []
  const settings = { refuse: null as number | null, hello: true }
  let attempts = 0
  const { http, url } = await startServer(always(404))
  const sockets = new WebSocketServer({ noServer: true })
  http.on('upgrade', (request, tcp, head) => {
    attempts += 1
    if (settings.refuse !== null) {
      const reason = STATUS_CODES[settings.refuse] ?? ''
      tcp.end(`HTTP/1.1 ${settings.refuse} ${reason}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, tcp, head, (socket) => {
      const link = new Link(socket, request)
      links.push(link)
      if (settings.hello) link.send(hello)
    })
  })
  onTestFinished(() => {
    for (const { socket } of links) socket.terminate()
  })
  /** The link with this number, as soon as there is one. */
  const link = (index: number): Promise<Link> =>
    vi.waitFor(
      () => {
        const found = links[index]
        if (found === undefined) throw new Error(`There are ${links.length} links, none is number ${index}.`)
        return found
      },
      { timeout: 5_000, interval: 5 },
    )
  return { url, links, link, settings, attempts: () => attempts }
}

/** A socket with all that it says. */
export function createSocket() {
  const states: ConnectionState[] = []
  const events: ServerEvent[] = []
  const reached: string[] = []
  const revoked: Account[] = []
  const doubted: Account[] = []
  const lines: string[] = []
  const socket = new Socket((line) => lines.push(line))
  socket.on('state', (state) => states.push(state))
  socket.on('event', (event) => events.push(event))
  socket.on('reached', (cursor) => reached.push(cursor))
  socket.on('revoked', (account) => revoked.push(account))
  socket.on('doubted', (account) => doubted.push(account))
  onTestFinished(() => socket.use(null))
  const until = (state: ConnectionState): Promise<void> =>
    vi.waitFor(() => expect(socket.state).toMatchObject(state), { timeout: 5_000, interval: 5 })
  /** Connects for an account, for somebody who knows nothing yet. */
  const use = (account: Account): void => {
    socket.use(account)
    socket.listen(null)
  }
  return { socket, use, states, events, reached, revoked, doubted, lines, until }
}

/** Somebody at a server. */
export const account = (server: string, token = 'token-a') => ({ server, token })
/** The state of a socket with this many connections so far. */
export const online = (connected: number): ConnectionState => ({
  status: 'online',
  connected,
  replay: 'none',
  cursor: '1',
})
