import { EventEmitter } from 'node:events'
import WebSocket from 'ws'
import { z } from 'zod'
import { serverFrame, SESSION_ENDED, type ClientFrame, type ServerEvent } from '../../api/contract/events.ts'
import type { ConnectionState } from '../bridge.ts'
import type { Account } from './api-client.ts'

/** The waiting between attempts, in milliseconds: doubles from the first to the last, and each is drawn at random up to it. */
const BACKOFF = { first: 500, last: 15_000 }
/** The server pings every 30 s; a link that is silent for longer than this is dead, in milliseconds. */
const SILENCE_MS = 45_000
/** Close codes for who sends too much (1008) or reads too slowly (1013): to come back at once would only repeat it. */
const SLOW_DOWN = [1008, 1013]

const typed = z.object({ type: z.string().max(60) })

interface Events {
  state: [ConnectionState]
  event: [ServerEvent]
  /** The server does not know this account's session any more. */
  revoked: [Account]
}

/** The one connection to the server while somebody is signed in; comes back by itself. */
export class Socket extends EventEmitter<Events> {
  state: ConnectionState = { status: 'offline' }
  readonly #log: (message: string) => void
  #account: Account | null = null
  #link: WebSocket | null = null
  #retry: NodeJS.Timeout | undefined
  #silence: NodeJS.Timeout | undefined
  #failures = 0
  #connected = 0

  constructor(log: (message: string) => void) {
    super()
    this.#log = log
  }

  /** Connects for an account, and only for it; null disconnects. */
  use(account: Account | null): void {
    if (account?.server === this.#account?.server && account?.token === this.#account?.token) return
    this.#account = account
    this.reconnect()
    if (account === null) this.#setState({ status: 'offline' })
  }

  /** Tries at once instead of waiting, as after sleep; drops a link that may be dead. */
  reconnect(): void {
    this.#drop()
    this.#failures = 0
    if (this.#account !== null) this.#connect(this.#account)
  }

  /** Sends a frame if there is a connection; what is passing needs no other. */
  send(frame: ClientFrame): void {
    if (this.#link?.readyState === WebSocket.OPEN) this.#link.send(JSON.stringify(frame))
  }

  #connect(account: Account): void {
    this.#setState({ status: 'connecting' })
    const link = new WebSocket(`${account.server.replace(/^http/, 'ws')}/ws`, {
      headers: { authorization: `Bearer ${account.token}` },
      handshakeTimeout: 10_000,
      perMessageDeflate: false,
    })
    this.#link = link
    // A link that was replaced may still speak; nobody listens to it.
    const current = (): boolean => this.#link === link
    link.on('message', (data) => current() && this.#received(data))
    for (const sign of ['open', 'ping', 'message'] as const)
      link.on(sign, () => current() && this.#heardSomething(link))
    link.on('error', (error) => this.#log(`socket: ${error.message}`))
    link.on('unexpected-response', (_request, response) => {
      link.terminate()
      if (current() && response.statusCode === 401) this.emit('revoked', account)
    })
    link.on('close', (code) => {
      if (!current()) return
      this.#lost(account, SLOW_DOWN.includes(code))
      // Last, since whoever hears it may connect for another account at once.
      if (code === SESSION_ENDED) this.emit('revoked', account)
    })
  }

  #received(data: WebSocket.RawData): void {
    const json = parseJson(Buffer.isBuffer(data) ? data.toString('utf8') : '')
    const parsed = serverFrame.safeParse(json)
    // A newer server may tell of what this program does not know yet; all else in a frame may be what somebody wrote.
    if (!parsed.success)
      return this.#log(`socket: passed over a frame (${typed.safeParse(json).data?.type ?? 'of no type'})`)
    const frame = parsed.data
    if (frame.type === 'hello') {
      this.#failures = 0
      this.#connected += 1
      this.#setState({ status: 'online', connected: this.#connected })
    } else if (frame.type === 'error') {
      this.#log(`socket: the server refused a frame (${frame.data.code})`)
    } else if (frame.type !== 'pong') {
      this.emit('event', frame)
    }
  }

  #heardSomething(link: WebSocket): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => link.terminate(), SILENCE_MS)
  }

  #lost(account: Account, slowDown: boolean): void {
    this.#drop()
    this.#setState({ status: 'offline' })
    const longest = slowDown ? BACKOFF.last : Math.min(BACKOFF.first * 2 ** this.#failures, BACKOFF.last)
    this.#failures += 1
    this.#retry = setTimeout(() => this.#connect(account), Math.random() * longest)
  }

  #drop(): void {
    clearTimeout(this.#retry)
    clearTimeout(this.#silence)
    const link = this.#link
    this.#link = null
    link?.terminate()
  }

  #setState(state: ConnectionState): void {
    this.state = state
    this.emit('state', state)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
