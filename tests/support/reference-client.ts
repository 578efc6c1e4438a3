import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import WebSocket from 'ws'
import { chatEndpoints, type Message, type Room } from '../../api/contract/chat.ts'
import type { Endpoint, InputOf, OutputOf } from '../../api/contract/endpoint.ts'
import { SESSION_ENDED, serverFrame, type DurableEvent, type ServerFrame } from '../../api/contract/events.ts'
import { sessionEndpoints, type User } from '../../api/contract/session.ts'
import { Client, type RawAnswer } from './client.ts'

/** How long an answer, or a sign of life on the socket, may take before another way is tried, in milliseconds. */
const PATIENCE_MS = 3_000
const PING_EVERY_MS = 700
/** How long it waits before it tries again, at most, in milliseconds; chance decides the part of it. */
const PAUSE_MS = 400

/** What a client knows of a room: its own view, and the messages by their `seq`. */
export interface KnownRoom {
  room: Room
  messages: Map<number, Message>
  /** The newest message that was told, not fetched; null where none was yet. */
  toldSeq: number | null
}

/** What has happened to a client. The last two must stay 0. */
export interface Tally {
  connections: number
  replays: number
  resyncs: number
  /** Calls that failed and were made again. */
  retries: number
  /** Calls that were answered with 503 and Retry-After. */
  unavailable: number
  /** Messages that were acknowledged as sent. */
  sent: number
  /** Durable events that were heard. */
  events: number
  /** Events, or messages, that were heard a second time. */
  doubled: number
  /** Events that came before an earlier one, or messages before their predecessors. */
  reordered: number
}

/**
 * A client as the contract wants one, and no more: it keeps the rooms, members, messages, read marks and people that it is told of, applies each event
 * once, comes back by its cursor, fetches afresh when told to, and repeats a call until it is answered. Wherever it comes back may be
 * another process.
 */
export class ReferenceClient {
  readonly token: string
  readonly userId: string
  readonly rooms = new Map<string, KnownRoom>()
  readonly people = new Map<string, User>()
  /** What was acknowledged, by `clientId`. */
  readonly acknowledged = new Map<string, Message>()
  readonly tally: Tally = {
    connections: 0,
    replays: 0,
    resyncs: 0,
    retries: 0,
    unavailable: 0,
    sent: 0,
    events: 0,
    doubled: 0,
    reordered: 0,
  }
  /** Where the API can be reached; taken in turn. */
  addresses: readonly string[]
  cursor: string | null = null
  readonly #stopping = new AbortController()
  #turn = 0
  #socket: WebSocket | null = null
  #running: Promise<void> | null = null

  constructor(addresses: readonly string[], { token, user }: { token: string; user: Pick<User, 'id'> }) {
    this.addresses = addresses
    this.token = token
    this.userId = user.id
  }

  /** Stays connected until it is stopped. */
  start(): void {
    this.#running = this.#stayConnected()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#socket?.terminate()
    await this.#running
  }

  /** Leaves its process for the next one. */
  move(): void {
    this.#turn += 1
    this.#socket?.terminate()
  }

  async send(roomId: string, body: string): Promise<Message> {
    const clientId = randomUUID()
    const { message } = await this.call(chatEndpoints.sendMessage, { id: roomId, clientId, body })
    this.acknowledged.set(clientId, message)
    this.tally.sent += 1
    return message
  }

  /** Calls an endpoint that can be repeated, here or there, until it is answered; throws what the API refuses for good. */
  async call<E extends Endpoint>(endpoint: E, input: InputOf<E>): Promise<OutputOf<E>> {
    for (;;) {
      const answer = await new Client(this.#address, this.token, PATIENCE_MS)
        .call(endpoint, input)
        .catch(() => null)
      // The schema's own output type, which the generic parameter hides from the compiler.
      if (answer !== null && answer.status < 300) return endpoint.response.parse(answer.body) as OutputOf<E>
      if (answer !== null) this.#noteRefusal(endpoint, answer)
      this.#stopping.signal.throwIfAborted()
      this.tally.retries += 1
      this.#turn += 1
      await delay(Math.random() * PAUSE_MS)
    }
  }

  get #address(): string {
    return this.addresses[this.#turn % this.addresses.length] ?? ''
  }

  /** A 503 says when to come back; any other refusal is for good, or a fault. */
  #noteRefusal({ method, path }: Endpoint, { status, headers, body }: RawAnswer): void {
    if (status !== 503 || headers.get('retry-after') === null)
      throw new Error(`${method} ${path} was refused with ${status}: ${JSON.stringify(body)}`)
    this.tally.unavailable += 1
  }

  async #stayConnected(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#connectOnce()
      this.#turn += 1
      await delay(Math.random() * PAUSE_MS)
    }
  }

  /** One connection, from its beginning to its end. */
  async #connectOnce(): Promise<void> {
    const query = this.cursor === null ? '' : `?cursor=${this.cursor}`
    const socket = new WebSocket(`${this.#address.replace('http', 'ws')}/ws${query}`, {
      handshakeTimeout: PATIENCE_MS,
      headers: { authorization: `Bearer ${this.token}` },
    })
    this.#socket = socket
    let signOfLife = performance.now()
    /** While everything is fetched, what is heard meanwhile waits for it. */
    let waiting: DurableEvent[] | null = null
    socket.on('error', () => {})
    socket.on('message', (data) => {
      if (this.#stopping.signal.aborted) return
      signOfLife = performance.now()
      const frame = serverFrame.parse(JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : ''))
      if (frame.type === 'hello' && frame.data.replay === 'complete') this.tally.replays += 1
      else if (frame.type === 'hello') {
        waiting = []
        void this.#fetchEverything(frame.data.cursor, socket).then((fetched) => {
          if (!fetched) return socket.terminate()
          for (const event of waiting ?? []) this.#take(event)
          waiting = null
        })
      } else if (isDurable(frame) && waiting !== null) waiting.push(frame)
      else if (isDurable(frame)) this.#take(frame)
    })
    const pinging = setInterval(() => {
      if (performance.now() - signOfLife > PATIENCE_MS) socket.terminate()
      else if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ type: 'ping' }))
    }, PING_EVERY_MS)
    socket.on('open', () => (this.tally.connections += 1))
    const code = await new Promise<number>((resolve) => socket.once('close', resolve))
    clearInterval(pinging)
    if (code === SESSION_ENDED) this.#stopping.abort()
  }

  /** Fetches what there is; false if the line breaks meanwhile. */
  async #fetchEverything(cursor: string, line: WebSocket): Promise<boolean> {
    try {
      const { rooms } = await this.call(chatEndpoints.listRooms, {})
      const known = await Promise.all(
        rooms.map(async (room) => ({ room, messages: await this.#fetchMessages(room), toldSeq: null })),
      )
      const people = await this.#fetchPeople()
      if (line.readyState !== line.OPEN) return false
      this.rooms.clear()
      for (const each of known) this.rooms.set(each.room.id, each)
      this.people.clear()
      for (const person of people) this.people.set(person.id, person)
      this.cursor = cursor
      this.tally.resyncs += 1
      return true
    } catch {
      return false
    }
  }

  async #fetchMessages({ id }: Room): Promise<Map<number, Message>> {
    const messages = new Map<number, Message>()
    for (;;) {
      const page = await this.call(chatEndpoints.listMessages, { id, after: messages.size, limit: 200 })
      for (const message of page.messages) messages.set(message.seq, message)
      if (!page.hasMore) return messages
    }
  }

  async #fetchPeople(): Promise<User[]> {
    const people: User[] = []
    let after: string | undefined
    for (;;) {
      const page = await this.call(sessionEndpoints.listUsers, {
        limit: 100,
        ...(after === undefined ? {} : { after }),
      })
      people.push(...page.users)
      if (page.nextCursor === null) return people
      after = page.nextCursor
    }
  }

  /** Takes one event, once: what it has had already is counted and left. */
  #take(event: DurableEvent): void {
    const [before, now] = [Number(this.cursor), Number(event.cursor)]
    if (now === before) this.tally.doubled += 1
    else if (now < before) this.tally.reordered += 1
    else {
      this.tally.events += 1
      this.cursor = event.cursor
      this.#apply(event)
    }
  }

  #apply(event: DurableEvent): void {
    switch (event.type) {
      case 'room:created':
        return this.#putRoom(event.data.room, { fetch: true })
      case 'room:updated':
        return this.#putRoom(event.data.room, { fetch: false })
      case 'room:removed':
        return void this.rooms.delete(event.data.roomId)
      case 'room:read': {
        const room = this.rooms.get(event.data.roomId)?.room
        if (room !== undefined) room.lastReadSeq = Math.max(room.lastReadSeq, event.data.seq)
        return
      }
      case 'message:created':
        return this.#addMessage(event.data.message)
      case 'message:updated':
      case 'message:deleted':
        return void this.rooms
          .get(event.data.message.roomId)
          ?.messages.set(event.data.message.seq, event.data.message)
      case 'user:updated':
        return this.#putPerson(event.data.user)
      case 'user:avatar:updated': {
        const { userId, ...picture } = event.data
        const person = this.people.get(userId)
        if (person !== undefined) this.#putPerson({ ...person, ...picture })
        return
      }
      case 'notice:created':
        return
    }
  }

  #putRoom(room: Room, { fetch }: { fetch: boolean }): void {
    const known = this.rooms.get(room.id)
    if (known !== undefined) {
      known.room = { ...room, lastSeq: Math.max(room.lastSeq, known.room.lastSeq) }
      return
    }
    const messages = new Map<number, Message>()
    this.rooms.set(room.id, { room, messages, toldSeq: null })
    // A room that has a history tells only what comes.
    if (fetch && room.lastSeq > 0)
      void this.#fetchMessages(room)
        .then((history) => {
          for (const [seq, message] of history) if (!messages.has(seq)) messages.set(seq, message)
        })
        .catch(() => {})
  }

  #addMessage(message: Message): void {
    const known = this.rooms.get(message.roomId)
    if (known === undefined) return
    const { room, messages, toldSeq } = known
    // The first may be one that was fetched already; from there on each is followed by the next.
    if (toldSeq !== null && message.seq <= toldSeq) this.tally.doubled += 1
    else if (message.seq > (toldSeq ?? room.lastSeq) + 1) this.tally.reordered += 1
    if (!messages.has(message.seq)) messages.set(message.seq, message)
    known.toldSeq = Math.max(toldSeq ?? 0, message.seq)
    room.lastSeq = Math.max(room.lastSeq, message.seq)
  }

  /** Pictures have versions of their own: an older one never replaces a newer one. */
  #putPerson(person: User): void {
    const known = this.people.get(person.id)
    const newer = known !== undefined && known.avatarVersion > person.avatarVersion ? known : person
    const { avatarUrl, avatarThumbUrl, avatarVersion, avatarThumbhash } = newer
    this.people.set(person.id, { ...person, avatarUrl, avatarThumbUrl, avatarVersion, avatarThumbhash })
  }
}

const isDurable = (frame: ServerFrame): frame is DurableEvent => 'cursor' in frame
