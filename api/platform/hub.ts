import type { WebSocket } from 'ws'
import { SESSION_ENDED, type DurableEvent, type PassingEvent, type ServerFrame } from '../contract/events.ts'
import type { Actor } from './authenticate.ts'
import type { PlacedEntry, Topic } from './event-log.ts'
import type { Log } from './log.ts'

/** How often each connection is asked for a sign of life, in milliseconds; one that gave none since the last time is dropped. */
export const HEARTBEAT_MS = 30_000

/** What may wait for one slow reader, in bytes, before it is closed: some thousand messages. */
export const MAX_BUFFERED_BYTES = 1024 * 1024

/** Why the server closes a socket, beside the codes of RFC 6455. */
export const CLOSE = { goingAway: 1001, policy: 1008, tooSlow: 1013, sessionEnded: SESSION_ENDED } as const

/** One open socket of one device. */
export interface Connection {
  readonly actor: Actor
  /** False once it is closed, or on its way to being so. */
  readonly open: boolean
  send(frame: ServerFrame): void
  close(code: number, reason: string): void
}

/** All connections of this process, and who follows what. It knows no feature: topics are names to it. */
export interface Hub {
  /** Takes a socket in; its messages and closing are still the caller's to handle. */
  add(socket: WebSocket, actor: Actor, topics: Iterable<Topic>): Connection
  /** Tells a passing event to a topic, save to one person if named. */
  publish(topic: Topic, event: PassingEvent, options?: { exceptUserId?: string }): void
  /** Tells a placed entry, or does what it orders; the event log's listener. */
  tell(entry: PlacedEntry): void
  follows(userId: string, topic: Topic): boolean
  /** Ends the heartbeat. */
  stop(): void
}

class Member implements Connection {
  readonly actor: Actor
  readonly socket: WebSocket
  readonly topics = new Set<Topic>()
  alive = true
  readonly #log: Log

  constructor(socket: WebSocket, actor: Actor, log: Log) {
    this.socket = socket
    this.actor = actor
    this.#log = log
  }

  get open(): boolean {
    return this.socket.readyState === this.socket.OPEN
  }

  send(frame: ServerFrame): void {
    this.sendBytes(Buffer.from(JSON.stringify(frame)))
  }

  sendBytes(frame: Buffer): void {
    if (!this.open) return
    if (this.socket.bufferedAmount + frame.length > MAX_BUFFERED_BYTES) return this.#giveUp()
    this.socket.send(frame, { binary: false })
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason)
  }

  /** The closing frame waits behind what is not read, so the line is cut soon after. */
  #giveUp(): void {
    this.#log.info({ userId: this.actor.userId, buffered: this.socket.bufferedAmount }, 'slow reader closed')
    this.socket.close(CLOSE.tooSlow, 'You read too slowly. Reconnect.')
    setTimeout(() => this.socket.terminate(), 1_000).unref()
  }
}

const ownTopic = (userId: string): Topic => `user:${userId}`

/** Creates an empty hub and starts its heartbeat, a beat every `heartbeatMs`. */
export function createHub(log: Log, heartbeatMs = HEARTBEAT_MS): Hub {
  const members = new Set<Member>()
  const followers = new Map<Topic, Set<Member>>()
  const heartbeat = setInterval(() => {
    for (const member of members) {
      if (!member.alive) member.socket.terminate()
      member.alive = false
      member.socket.ping()
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

  const following = (topic: Topic): Iterable<Member> => followers.get(topic) ?? []

  /** However many receive it, an event is turned into bytes once. */
  function broadcast(topic: Topic, event: DurableEvent | PassingEvent, exceptUserId?: string): void {
    if (!followers.has(topic)) return
    const frame = Buffer.from(JSON.stringify(event))
    for (const member of following(topic)) if (member.actor.userId !== exceptUserId) member.sendBytes(frame)
  }

  function remove(member: Member): void {
    if (!members.delete(member)) return
    for (const topic of member.topics) unfollow(member, topic)
  }

  return {
    add(socket, actor, topics) {
      const member = new Member(socket, actor, log)
      members.add(member)
      for (const topic of [
        'everyone',
        ownTopic(actor.userId),
        `session:${actor.sessionId}`,
        ...topics,
      ] as const)
        follow(member, topic)
      socket.on('pong', () => {
        member.alive = true
      })
      socket.once('close', () => remove(member))
      return member
    },

    publish: (topic, event, { exceptUserId } = {}) => broadcast(topic, event, exceptUserId),

    tell({ topic, event, control, cursor }) {
      // Newcomers follow before the event is told, leavers go after it.
      if (control !== undefined && 'join' in control)
        for (const member of following(topic)) follow(member, control.join)
      // The log holds events without their cursor, which is their place in it.
      if (event !== undefined) broadcast(topic, { ...event, cursor })
      if (control !== undefined && 'leave' in control)
        for (const member of following(topic)) unfollow(member, control.leave)
      if (control !== undefined && 'close' in control)
        for (const member of following(topic)) member.close(CLOSE.sessionEnded, control.close)
    },

    follows(userId, topic) {
      for (const member of following(ownTopic(userId))) if (member.topics.has(topic)) return true
      return false
    },

    stop: () => clearInterval(heartbeat),
  }
}
