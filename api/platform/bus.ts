import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { passingEvent } from '../contract/events.ts'
import type { Topic } from './event-log.ts'
import type { Log } from './log.ts'

const topic = z.custom<Topic>((value) => typeof value === 'string')

const busMessage = z.discriminatedUnion('kind', [
  /** The event log has grown. */
  z.object({ kind: z.literal('log') }),
  /** Who is online has changed. */
  z.object({ kind: z.literal('presence') }),
  /** Tell this to the sockets of your process as well. */
  z.object({
    kind: z.literal('passing'),
    topic,
    event: passingEvent,
    exceptUserId: z.string().optional(),
  }),
])

/** What one API process tells the others. What matters is in the database: a message may be lost, and is then only late. */
export type BusMessage = z.output<typeof busMessage>

const letter = z.object({ from: z.string(), messages: z.array(busMessage) })

/** What carries a bus: everything sent by any process, this one included, arrives at every process that has one open. */
export interface Wire {
  send(text: string): Promise<void>
  close(): Promise<void>
}

/** Opens a wire; `onLost` hears, once, that it is broken. */
export type OpenWire = (on: { text: (text: string) => void; lost: (why: unknown) => void }) => Promise<Wire>

/** Connects this process with the others on the same database. */
export interface Bus {
  /** Tells every other process, soon; never throws. */
  send(message: BusMessage): void
  /** Hears what others tell, and after each gap, as from others, what may have been missed: `log` and `presence`. */
  listen(listener: (message: BusMessage) => void): void
  start(): void
  stop(): Promise<void>
}

/** A letter's greatest length in bytes: PostgreSQL's notifications hold fewer than 8,000. */
const MAX_BYTES = 7_900
/** What waits to be sent while the wire is slow, at most; passing messages beyond are dropped. */
const MAX_WAITING = 10_000
/** How often a letter to oneself proves that the wire delivers, and how long it may take, in milliseconds. */
const ECHO_MS = 5_000
/** How long it takes at first, and at most, to come back, in milliseconds; chance decides the part of it. */
const BACKOFF = { first: 200, last: 5_000 }

/** Creates a bus over wires that it opens anew, with growing patience, whenever one breaks or stops delivering. */
export function createBus(openWire: OpenWire, log: Log): Bus {
  const self = randomUUID()
  const listeners: Array<(message: BusMessage) => void> = []
  let waiting: BusMessage[] = []
  let wire: Wire | null = null
  let sending = false
  let stopped = false
  let failures = 0
  let heard = true
  let timer: NodeJS.Timeout | undefined
  let echo: NodeJS.Timeout | undefined

  const tell = (message: BusMessage): void => {
    for (const listener of listeners) listener(message)
  }

  async function connect(): Promise<void> {
    let opened: Wire | null = null
    let lost: unknown = null
    try {
      opened = await openWire({
        text: receive,
        lost: (why) => {
          lost = why
          if (opened !== null && wire === opened) breakDown(why)
        },
      })
      if (stopped) return await opened.close()
      if (lost !== null) throw lost
      wire = opened
      failures = 0
      heard = true
      echo = setInterval(proveDelivery, ECHO_MS)
      // Both sides may have missed something.
      for (const kind of ['log', 'presence'] as const) {
        tell({ kind })
        send({ kind })
      }
    } catch (error) {
      breakDown(error)
    }
  }

  function breakDown(why: unknown): void {
    const broken = wire
    wire = null
    waiting = []
    clearInterval(echo)
    if (stopped) return
    if (failures === 0)
      log.warn({ err: why }, 'other processes cannot be reached; the event log is polled until they can')
    void broken?.close().catch(() => {})
    const longest = Math.min(BACKOFF.first * 2 ** failures, BACKOFF.last)
    failures += 1
    clearTimeout(timer)
    timer = setTimeout(() => void connect(), Math.random() * longest)
  }

  /** A wire that looks open may carry nothing: each beat must have come back by the next. */
  function proveDelivery(): void {
    if (!heard) return breakDown(new Error('a message to oneself did not come back'))
    heard = false
    void post([])
  }

  function receive(text: string): void {
    const parsed = letter.safeParse(parseJson(text))
    // Another version of the API may say what this one does not know.
    if (!parsed.success)
      return log.debug({ text: text.slice(0, 200) }, 'an unknown message of another process')
    if (parsed.data.from === self) heard = true
    else parsed.data.messages.forEach(tell)
  }

  function send(message: BusMessage): void {
    if (wire === null || waiting.length >= MAX_WAITING) return
    // One call to look is as good as several.
    if (message.kind !== 'passing' && waiting.some(({ kind }) => kind === message.kind)) return
    waiting.push(message)
    void sendWaiting()
  }

  /** One letter at a time: what comes up while it is on its way goes into the next. */
  async function sendWaiting(): Promise<void> {
    if (sending) return
    sending = true
    // All that this turn of the event loop has to tell goes together.
    await Promise.resolve()
    // What breaks the wire empties what waits.
    while (waiting.length > 0) await post(takeLetter())
    sending = false
  }

  function takeLetter(): BusMessage[] {
    let bytes = 100
    const fitting = waiting.findIndex((message) => {
      bytes += Buffer.byteLength(JSON.stringify(message)) + 1
      return bytes > MAX_BYTES
    })
    // One that fits into no letter goes alone, and is refused.
    const count = fitting === -1 ? waiting.length : Math.max(1, fitting)
    const taken = waiting.slice(0, count)
    waiting = waiting.slice(count)
    return taken
  }

  async function post(messages: BusMessage[]): Promise<void> {
    const through = wire
    try {
      await through?.send(JSON.stringify({ from: self, messages }))
    } catch (error) {
      if (wire === through) breakDown(error)
    }
  }

  return {
    send,
    listen: (listener) => void listeners.push(listener),
    start: () => void connect(),
    async stop() {
      stopped = true
      clearTimeout(timer)
      clearInterval(echo)
      await wire?.close().catch(() => {})
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
