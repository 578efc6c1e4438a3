import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { SESSION_ENDED, type PassingEvent, type ServerFrame } from '../contract/events.ts'
import type { Actor } from './authenticate.ts'
import type { PlacedEntry, Topic } from './event-log.ts'
import { Batch, PING, toFrame } from './frame.ts'
import type { Log } from './log.ts'

/** How often each connection is asked for a sign of life, in milliseconds; one that gave none since the last time is dropped. */
export const HEARTBEAT_MS = 30_000

/** What may wait for one slow reader, in bytes, before it is closed: the longest replay, and some that is told meanwhile. */
export const MAX_BUFFERED_BYTES = 8 * 1024 * 1024

/** What has gathered for one connection goes out when it is longer than this, in bytes: by then a write costs more for its bytes than for itself. */
const MAX_BATCH_BYTES = 64 * 1024

/** Why the server closes a socket, beside the codes of RFC 6455. */
export const CLOSE = { goingAway: 1001, policy: 1008, tooSlow: 1013, sessionEnded: SESSION_ENDED } as const

/** A WebSocket and the line below it, on which frames can be written that were put together once for many. */
export interface Line {
  socket: WebSocket
  stream: Duplex
}

/** One open socket of one device. */
export interface Connection {
  readonly actor: Actor
  /** False once it is closed, or on its way to being so. */
  readonly open: boolean
  send(frame: ServerFrame): void
  close(code: number, reason: string): void
}

/** A socket that follows nothing yet: entries that are told meanwhile wait for it. */
export interface Waiting {
  /** Lets it follow these topics, sends it these frames, and then what it has waited for. */
  join(topics: Iterable<Topic>, first: readonly ServerFrame[]): Connection
  /** Forgets it. */
  leave(): void
}

/** All connections of this process, and who follows what. It knows no feature: topics are names to it. */
export interface Hub {
  /** Keeps for a socket everything that is told from now on, until it joins; its messages and closing are the caller's to handle. */
  wait(line: Line, actor: Actor): Waiting
  /** Tells a passing event to a topic, save to one person if named. */
  publish(topic: Topic, event: PassingEvent, options?: { exceptUserId?: string | undefined }): void
  /** Tells a placed entry, or does what it orders; the event log's listener. */
  tell(entry: PlacedEntry): void
  follows(userId: string, topic: Topic): boolean
  /** How many frames it has given to connections so far. */
  readonly delivered: number
  /** Ends the heartbeat. */
  stop(): void
}

/** Topics that every connection follows by itself. */
export const ownTopics = ({ userId, sessionId }: Actor): Topic[] => [
  'everyone',
  `user:${userId}`,
  `session:${sessionId}`,
]

/** An entry's event as the frame that clients see; the log holds events without their cursor, which is their place in it. */
export const toServerFrame = ({ event, position }: PlacedEntry): ServerFrame | null =>
  event === undefined ? null : { ...event, cursor: String(position) }

class Member implements Connection {
  readonly actor: Actor
  readonly socket: WebSocket
  readonly topics = new Set<Topic>()
  alive = true
  /** What goes out with the next writing; null while that is nothing. */
  batch: Batch | null = null
  readonly #stream: Duplex
  readonly #outbox: Outbox
  readonly #log: Log

  constructor({ socket, stream }: Line, actor: Actor, outbox: Outbox, log: Log) {
    this.socket = socket
    this.#stream = stream
    this.actor = actor
    this.#outbox = outbox
    this.#log = log
  }

  get open(): boolean {
    return this.socket.readyState === this.socket.OPEN
  }

  send(frame: ServerFrame): void {
    this.sendFrame(toFrame(frame))
  }

  sendFrame(frame: Buffer): void {
    if (this.open) this.#outbox.delivered += 1
    this.#outbox.add(this, frame)
  }

  /** Writes what has gathered. */
  flush(): void {
    const { batch } = this
    this.batch = null
    if (batch === null || !this.open) return
    if (this.#stream.writableLength + batch.length > MAX_BUFFERED_BYTES) return this.#giveUp()
    this.#stream.write(batch.bytes)
  }

  ping(): void {
    if (this.open) this.#stream.write(PING)
  }

  close(code: number, reason: string): void {
    // What was told before goes out before.
    this.flush()
    this.socket.close(code, reason)
  }

  /** The closing frame waits behind what is not read, so the line is cut soon after. */
  #giveUp(): void {
    this.#log.info({ userId: this.actor.userId, buffered: this.#stream.writableLength }, 'slow reader closed')
    this.socket.close(CLOSE.tooSlow, 'You read too slowly. Reconnect.')
    setTimeout(() => this.socket.terminate(), 1_000).unref()
  }
}

/**
 * Gathers what falls into one turn of the event loop, so that each connection is written to once. Under load it gathers for longer:
 * writing is followed by a pause, a quarter as long, in which nothing else is written. What comes alone goes at once.
 */
class Outbox {
  /** How many frames were given to connections so far. */
  delivered = 0
  #empty = new Batch()
  #members: Member[] = []
  /** When the pause after the last writing is over, by performance.now(). */
  #restsUntil = 0

  add(member: Member, frame: Buffer): void {
    if (!member.open) return
    if (this.#members.length === 0) queueMicrotask(() => this.#flushWhenRested())
    if (member.batch === null) this.#members.push(member)
    member.batch = (member.batch ?? this.#empty).with(frame)
    if (member.batch.length > MAX_BATCH_BYTES) member.flush()
  }

  #flushWhenRested(): void {
    const rest = this.#restsUntil - performance.now()
    if (rest <= 0) this.#flush()
    else if (rest < 1) setImmediate(() => this.#flushWhenRested())
    else setTimeout(() => this.#flushWhenRested(), rest)
  }

  #flush(): void {
    const began = performance.now()
    const members = this.#members
    this.#members = []
    this.#empty = new Batch()
    for (const member of members) member.flush()
    const ended = performance.now()
    this.#restsUntil = ended + (ended - began) / 4
  }
}

/** Creates an empty hub and starts its heartbeat, a beat every `heartbeatMs`. */
export function createHub(log: Log, heartbeatMs = HEARTBEAT_MS): Hub {
  const members = new Set<Member>()
  const followers = new Map<Topic, Set<Member>>()
  /** Sockets on their way in, each with what was told since. */
  const waiting = new Set<PlacedEntry[]>()
  const outbox = new Outbox()
  const heartbeat = setInterval(() => {
    for (const member of members) {
      if (!member.alive) member.socket.terminate()
      member.alive = false
      member.ping()
    }
  }, heartbeatMs)

  function follow(member: Member, topic: Topic): void {
    member.topics.add(topic)
    const set = followers.get(topic) ?? new Set()
    followers.set(topic, set.add(member))
  }

  function unfollow(member: Member, topic: Topic): void {
    member.topics.delete(topic)
    const set = followers.get(topic)
    set?.delete(member)
    if (set?.size === 0) followers.delete(topic)
  }

  /** Tells these followers of an entry's topic. Newcomers follow another topic before the event is told, leavers go after it. */
  function tellMembers(told: Iterable<Member>, entry: PlacedEntry): void {
    const { control } = entry
    const message = toServerFrame(entry)
    const frame = message === null ? null : toFrame(message)
    for (const member of told) {
      if (control !== undefined && 'join' in control) follow(member, control.join)
      if (frame !== null) member.sendFrame(frame)
      if (control !== undefined && 'leave' in control) unfollow(member, control.leave)
      if (control !== undefined && 'close' in control) member.close(CLOSE.sessionEnded, control.close)
    }
  }

  function add(line: Line, actor: Actor): Member {
    const member = new Member(line, actor, outbox, log)
    members.add(member)
    line.socket.on('pong', () => {
      member.alive = true
    })
    line.socket.once('close', () => {
      members.delete(member)
      for (const topic of member.topics) unfollow(member, topic)
    })
    return member
  }

  return {
    get delivered() {
      return outbox.delivered
    },
    wait(line, actor) {
      const told: PlacedEntry[] = []
      waiting.add(told)
      return {
        join(topics, first) {
          waiting.delete(told)
          const member = add(line, actor)
          for (const topic of [...ownTopics(actor), ...topics]) follow(member, topic)
          member.sendFrame(Buffer.concat(first.map(toFrame)))
          for (const entry of told) if (member.topics.has(entry.topic)) tellMembers([member], entry)
          return member
        },
        leave: () => void waiting.delete(told),
      }
    },

    publish(topic, event, { exceptUserId } = {}) {
      const to = followers.get(topic)
      if (to === undefined) return
      const frame = toFrame(event)
      for (const member of to) if (member.actor.userId !== exceptUserId) member.sendFrame(frame)
    },

    tell(entry) {
      for (const told of waiting) told.push(entry)
      const to = followers.get(entry.topic)
      // A copy, since a control may change who follows.
      if (to !== undefined) tellMembers(entry.control === undefined ? to : [...to], entry)
    },

    follows(userId, topic) {
      for (const member of followers.get(`user:${userId}`) ?? []) if (member.topics.has(topic)) return true
      return false
    },

    stop: () => clearInterval(heartbeat),
  }
}
