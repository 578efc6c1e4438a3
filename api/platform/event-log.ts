import type { DurableEvent } from '../contract/events.ts'
import type { Db } from './db.ts'
import type { Log } from './log.ts'

/** Who hears an event: everyone connected, one person's devices, a room's members, or one device. */
export type Topic = 'everyone' | `user:${string}` | `room:${string}` | `session:${string}`

/** What the hub does for the connections of a topic, in order with the events: follow another topic, leave it, or close. */
export type Control = { join: Topic } | { leave: Topic } | { close: string }

/** An event before it has a position. */
export type NewEvent = DurableEvent extends infer Event
  ? Event extends DurableEvent
    ? Omit<Event, 'cursor'>
    : never
  : never

/** What a change writes beside its own rows: an event, a control, or both, for one topic. */
export interface LogEntry {
  topic: Topic
  event?: NewEvent
  control?: Control
}

/** An entry with its place in the one order that every client sees; as a string it is the event's cursor. */
export interface PlacedEntry extends LogEntry {
  position: number
}

/** Runs database work in one transaction, and tells the events that it wrote once it is committed. */
export type Transact = <T>(
  work: (trx: Db, record: (entries: LogEntry[]) => Promise<void>) => Promise<T>,
) => Promise<T>

/** The durable order of all events, and the feed that tells them. */
export interface EventLog {
  transact: Transact
  /** The position of the last entry that was told here. */
  readonly position: number
  /** Looks for what another process says that it has placed; the slow poll would find it later. */
  look(): void
  /** Resolves once everything that is committed by now has been told, or could not be read. */
  caughtUp(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

/** How the log reaches the rest of the process. */
export interface EventLogOptions {
  /** Hears every entry once, in order, after its change is committed. */
  tell: (entry: PlacedEntry) => void
  /** Hears that there are entries which other processes may not know of yet. */
  onPlaced?: () => void
  /** How long entries are kept for those who come back, in days. */
  keepDays: number
}

// The statements that every change needs are prepared, once on each connection: `options` hands their name to the driver. They
// name their columns, since a prepared one fails when `*` comes to mean others.
const ADVANCE = 'select place, entry_topic, entry_event, entry_control from advance_events(?, ?)'
const RECORD = `
  insert into event_outbox (topic, event, control) select entry->>'topic', entry->'event', entry->'control'
  from jsonb_array_elements(?::jsonb) with ordinality as recorded (entry, place) order by place`
const BATCH = 500
/** Heals a wake-up that was lost with a crash; in milliseconds. */
const POLL_MS = 2_000
const FORGET_EVERY_MS = 60 * 60_000

interface Row {
  place: string
  entry_topic: Topic
  entry_event: NewEvent | null
  entry_control: Control | null
}

/**
 * Creates the log over `db`. Entries get their position from a second, short transaction that moves committed ones from the
 * outbox to the log: a change that commits late is told late, and is never passed over (docs/adr/0003-event-log.md).
 */
export function createEventLog(db: Db, log: Log, { tell, onPlaced, keepDays }: EventLogOptions): EventLog {
  let position = 0
  let running: Promise<void> | null = null
  let again = false
  /** Whether what is found may be this process's own doing. */
  let own = false
  let behind: Array<() => void> = []
  let stopped = false
  let poll: NodeJS.Timeout | undefined
  let forgetting: NodeJS.Timeout | undefined

  function wake(): void {
    own = true
    look()
  }

  /** One advance at a time; whoever asks for one meanwhile is served by one more. */
  function look(): void {
    if (stopped) return
    again = true
    running ??= advanceWhileWoken()
  }

  async function advanceWhileWoken(): Promise<void> {
    while (again) {
      again = false
      const waited = behind
      behind = []
      try {
        await advance()
      } catch (error) {
        log.warn({ err: error }, 'events wait: the log cannot be read; trying again soon')
      }
      for (const resolve of waited) resolve()
    }
    // In the same breath as the last look at `again`, so that no wake-up falls in between.
    running = null
  }

  async function advance(): Promise<void> {
    const mine = own
    own = false
    for (;;) {
      const { rows } = await db.raw<{ rows: Row[] }>(ADVANCE, [position, BATCH]).options({ name: 'advance' })
      for (const entry of rows.map(toEntry)) {
        position = entry.position
        tell(entry)
      }
      if (mine && rows.length > 0) onPlaced?.()
      if (rows.length < BATCH) return
    }
  }

  return {
    async transact(work) {
      try {
        return await db.transaction((trx) => work(trx, (entries) => recordEntries(trx, entries)))
      } finally {
        wake()
      }
    },

    get position() {
      return position
    },

    look,

    caughtUp() {
      return new Promise((resolve) => {
        behind.push(resolve)
        look()
        if (stopped) resolve()
      })
    },

    async start() {
      position = await lastPosition(db)
      wake()
      poll = setInterval(wake, POLL_MS)
      forgetting = setInterval(() => {
        forgetOld(db, keepDays).catch((error: unknown) =>
          log.warn({ err: error }, 'old events could not be removed'),
        )
      }, FORGET_EVERY_MS)
    },

    async stop() {
      stopped = true
      clearInterval(poll)
      clearInterval(forgetting)
      await running
    },
  }
}

async function lastPosition(db: Db): Promise<number> {
  const { rows } = await db.raw<{ rows: Array<{ position: string }> }>(
    // Where all entries are forgotten, the last of them was the greatest there ever was.
    'select greatest((select max(position) from events), forgotten) as position from event_retention',
  )
  return Number(rows[0]?.position ?? 0)
}

/** Removes entries that are older than `keepDays`, always from the beginning, and remembers up to where. */
export async function forgetOld(db: Db, keepDays: number): Promise<void> {
  await db.raw(
    `with old as (
       delete from events where position <= (
         select max(position) from events where created_at < now() - make_interval(secs => ?))
       returning position)
     update event_retention set forgotten = greatest(forgotten, (select max(position) from old))`,
    [keepDays * 86_400],
  )
}

const toEntry = (row: Row): PlacedEntry => ({
  position: Number(row.place),
  topic: row.entry_topic,
  ...(row.entry_event === null ? {} : { event: row.entry_event }),
  ...(row.entry_control === null ? {} : { control: row.entry_control }),
})

/** Writes entries beside the rows that they tell of, in the same transaction; whoever has a feed tells them afterwards. */
export async function recordEntries(trx: Db, entries: LogEntry[]): Promise<void> {
  if (entries.length === 0) return
  await trx.raw(RECORD, [JSON.stringify(entries)]).options({ name: 'record' })
}
