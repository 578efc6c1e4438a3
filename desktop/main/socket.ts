import { EventEmitter } from 'node:events'
import WebSocket from 'ws'
import { z } from 'zod'
import {
  serverFrame,
  SESSION_ENDED,
  type ClientFrame,
  type Hello,
  type ServerEvent,
} from '../../api/contract/events.ts'
import type { ConnectionState } from '../bridge.ts'
import type { Account } from './api-client.ts'
import { backoff } from './backoff.ts'

/** The waiting between attempts, in milliseconds. */
const WAITS = { first: 500, last: 15_000 }
/** How long the handshake, and then the greeting, may take, in milliseconds. */
const GREETING_MS = 10_000
/** How often a link must prove that it delivers, in milliseconds. */
export const PING_EVERY_MS = 25_000
/** A link that delivers nothing for this long after a ping is dead, however open it looks, in milliseconds. */
export const PONG_MS = 5_000
/** Close codes for who sends too much (1008) or reads too slowly (1013): to come back at once would only repeat it. */
const SLOW_DOWN = [1008, 1013]

const typed = z.object({ type: z.string().max(60) })

interface Events {
  state: [ConnectionState]
  event: [ServerEvent]
  /** Everything up to this cursor has been told. */
  reached: [string]
  /** The server does not know this account's session any more. */
  revoked: [Account]
  /** Something has refused this account's session: the server, or a proxy before it that wants to know who asks. */
  doubted: [Account]
}

/**
 * The one connection to the server while somebody is signed in and somebody listens; comes back by itself, with the cursor up to
 * which it has told. A link counts only while it answers pings: after sleep, or behind a broken proxy, one can be open and dead.
 */
export class Socket extends EventEmitter<Events> {
  state: ConnectionState = { status: 'offline' }
  readonly #log: (message: string) => void
  #account: Account | null = null
  #listening = false
  /** Up to where everything has been told; null where whoever listens knows nothing yet. */
  #cursor: string | null = null
  #link: WebSocket | null = null
  /** For whichever comes next: the next attempt, the next ping, or the end of a link that does not answer. */
  #timer: NodeJS.Timeout | undefined
  /** A ping has gone out and not been answered. */
  #pinged = false
  /** The position that this link's `hello` told, until everything before it has come. */
  #promised: string | null = null
  #heardAt = 0
  #failures = 0
  #connected = 0

  constructor(log: (message: string) => void) {
    super()
    this.#log = log
  }

  /** Serves an account, and only it, as soon as somebody listens; null disconnects. */
  use(account: Account | null): void {
    if (account?.server === this.#account?.server && account?.token === this.#account?.token) return
    this.#account = account
    this.#listening = false
    this.#drop()
    this.#setState({ status: 'offline' })
  }

  /** Connects anew, to tell what has happened since `cursor`; with null, only what happens from now on. */
  listen(cursor: string | null): void {
    this.#listening = this.#account !== null
    this.#cursor = cursor
    this.reconnect()
  }

  /** Drops the link, if there is one, and tries at once: as after sleep. */
  reconnect(): void {
    this.#drop()
    this.#failures = 0
    if (this.#account !== null && this.#listening) this.#connect(this.#account)
  }

  /** Makes sure of the link, or tries at once where there is none: the network may have changed. */
  wake(): void {
    if (this.state.status === 'online' && this.#link !== null) this.#ping(this.#link)
    else this.reconnect()
  }

  /** Like `wake`, where that is overdue: somebody looks. */
  check(): void {
    const isSilent = Date.now() - this.#heardAt > PING_EVERY_MS
    if (this.state.status === 'offline' || (this.state.status === 'online' && isSilent)) this.wake()
  }

  /** Sends a frame if there is a connection; what is passing needs no other. */
  send(frame: ClientFrame): void {
    if (this.#link?.readyState === WebSocket.OPEN) this.#link.send(JSON.stringify(frame))
  }

  #connect(account: Account): void {
    this.#setState({ status: 'connecting' })
    const query = this.#cursor === null ? '' : `?cursor=${encodeURIComponent(this.#cursor)}`
    const link = new WebSocket(`${account.server.replace(/^http/, 'ws')}/ws${query}`, {
      headers: { authorization: `Bearer ${account.token}` },
      handshakeTimeout: GREETING_MS,
      perMessageDeflate: false,
    })
    this.#link = link
    // A link that was replaced may still speak; nobody listens to it.
    const current = (): boolean => this.#link === link
    link.on('open', () => current() && this.#cutAfter(GREETING_MS, link))
    link.on('message', (data) => current() && this.#received(data, link))
    link.on('error', (error) => this.#log(`socket: ${error.message}`))
    link.on('unexpected-response', (_request, response) => {
      link.terminate()
      if (current() && response.statusCode === 401) this.emit('doubted', account)
    })
    link.on('close', (code) => {
      if (!current()) return
      this.#lost(account, SLOW_DOWN.includes(code))
      // Last, since whoever hears it may connect for another account at once.
      if (code === SESSION_ENDED) this.emit('revoked', account)
    })
  }

  #received(data: WebSocket.RawData, link: WebSocket): void {
    this.#heardAt = Date.now()
    // Whatever comes proves that the link delivers, and the answer may stand behind much else.
    if (this.#pinged) this.#cutAfter(PONG_MS, link)
    const json = parseJson(Buffer.isBuffer(data) ? data.toString('utf8') : '')
    const parsed = serverFrame.safeParse(json)
    // A newer server may tell of what this program does not know yet; all else in a frame may be what somebody wrote.
    if (!parsed.success)
      return this.#log(`socket: passed over a frame (${typed.safeParse(json).data?.type ?? 'of no type'})`)
    const frame = parsed.data
    switch (frame.type) {
      case 'hello':
        return this.#greeted(frame.data, link)
      case 'pong':
        return this.#proved(link)
      case 'error':
        return this.#log(`socket: the server refused a frame (${frame.data.code})`)
      default:
        if ('cursor' in frame) this.#cursor = frame.cursor
        this.emit('event', frame)
    }
  }

  #greeted({ replay, cursor }: Hello['data'], link: WebSocket): void {
    if (replay === 'complete') this.#promised = cursor
    // What came before is not told, but fetched.
    else this.#cursor = cursor
    this.#connected += 1
    this.#setState({ status: 'online', connected: this.#connected, replay, cursor })
    // Its answer comes behind everything that was missed.
    this.#ping(link)
  }

  #ping(link: WebSocket): void {
    if (this.#pinged) return
    this.#pinged = true
    this.#cutAfter(PONG_MS, link)
    this.send({ type: 'ping' })
  }

  #proved(link: WebSocket): void {
    this.#pinged = false
    this.#failures = 0
    this.#await(PING_EVERY_MS, () => this.#ping(link))
    if (this.#promised === null) return
    if (this.#cursor === null || isBefore(this.#cursor, this.#promised)) this.#cursor = this.#promised
    this.#promised = null
    this.emit('reached', this.#cursor)
  }

  #cutAfter(ms: number, link: WebSocket): void {
    this.#await(ms, () => {
      this.#log(`socket: nothing came for ${ms / 1000} s`)
      link.terminate()
    })
  }

  #lost(account: Account, slowDown: boolean): void {
    this.#drop()
    this.#setState({ status: 'offline' })
    this.#failures += 1
    const waits = slowDown ? { ...WAITS, first: WAITS.last } : WAITS
    this.#await(backoff(this.#failures, waits), () => this.#connect(account))
  }

  #drop(): void {
    clearTimeout(this.#timer)
    this.#pinged = false
    this.#promised = null
    const link = this.#link
    this.#link = null
    link?.terminate()
  }

  #await(ms: number, act: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(act, ms)
  }

  #setState(state: ConnectionState): void {
    if (state.status === 'offline' && this.state.status === 'offline') return
    this.state = state
    this.emit('state', state)
  }
}

/** Cursors are positions in the server's log: digits, which compare as numbers. */
const isBefore = (one: string, other: string): boolean => Number(one) < Number(other)

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
