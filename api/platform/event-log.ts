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

/** An entry as it is told: its cursor is its place in the one order that every client sees. */
export interface PlacedEntry extends LogEntry {
  cursor: string
}

/** Runs database work in one transaction, and tells the events that it wrote once it is committed. */
export type Transact = <T>(
  work: (trx: Db, record: (entries: LogEntry[]) => Promise<void>) => Promise<T>,
) => Promise<T>

/** The durable order of all events, and the feed that tells them. */
export interface EventLog {
  transact: Transact
  /** Runs `work` while no entry is being told, with the cursor of the last one that was. */
  between<T>(work: (cursor: string) => Promise<T>): Promise<T>
  start(): Promise<void>
  stop(): Promise<void>
}

const SEQUENCER_LOCK = 4_000_002
const BATCH = 500
/** Heals a wake-up that was lost with a crash; in milliseconds. */
const POLL_MS = 2_000
const KEEP_DAYS = 7
const PRUNE_EVERY_MS = 60 * 60_000

/**
 * Creates the log over `db`; `tell` hears every entry once, in order, after its change is committed.
 * Entries get their position from a second, short transaction that moves committed ones from the outbox to the log: a change
 * that commits late is told late, and is never passed over (docs/adr/0003-event-log.md).
 */
export function createEventLog(db: Db, log: Log, tell: (entry: PlacedEntry) => void): EventLog {
  let position = '0'
  let turn: Promise<unknown> = Promise.resolve()
  let woken = false
  let stopped = false
  let poll: NodeJS.Timeout | undefined
  let prune: NodeJS.Timeout | undefined

  /** Everything that must not overlap takes its turn here. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work)
    turn = result.catch(() => {})
    return result
  }

  function wake(): void {
    if (woken || stopped) return
    woken = true
    inTurn(async () => {
      woken = false
      await advance()
    }).catch((error: unknown) =>
      log.warn({ err: error }, 'events wait: the log cannot be read; trying again soon'),
    )
  }

  async function advance(): Promise<void> {
    for (;;) {
      await placeCommitted()
      const entries = await readAfter(position)
      for (const entry of entries) {
        position = entry.cursor
        tell(entry)
      }
      if (entries.length < BATCH) return
    }
  }

  async function placeCommitted(): Promise<void> {
    await db.transaction(async (trx) => {
      // One mover at a time, in any process: then positions become visible in their own order.
      await trx.raw('select pg_advisory_xact_lock(?)', [SEQUENCER_LOCK])
      await trx.raw(
        `with moved as (
           delete from event_outbox where id in (select id from event_outbox order by id limit ?)
           returning id, topic, event, control, created_at)
         insert into events (topic, event, control, created_at)
         select topic, event, control, created_at from moved order by id`,
        [BATCH],
      )
    })
  }

  async function readAfter(cursor: string): Promise<PlacedEntry[]> {
    const rows = await db('events')
      .select('position', 'topic', 'event', 'control')
      .where('position', '>', cursor)
      .orderBy('position')
      .limit(BATCH)
    return rows.map(
      (row: { position: string; topic: Topic; event: NewEvent | null; control: Control | null }) => ({
        cursor: row.position,
        topic: row.topic,
        ...(row.event === null ? {} : { event: row.event }),
        ...(row.control === null ? {} : { control: row.control }),
      }),
    )
  }

  async function forgetOld(): Promise<void> {
    await db('events')
      .where('created_at', '<', db.raw(`now() - make_interval(days => ?)`, [KEEP_DAYS]))
      .delete()
  }

  return {
    async transact(work) {
      try {
        return await db.transaction((trx) => work(trx, (entries) => record(trx, entries)))
      } finally {
        wake()
      }
    },

    between: (work) => inTurn(() => work(position)),

    async start() {
      const { rows } = await db.raw<{ rows: Array<{ position: string | null }> }>(
        'select max(position) as position from events',
      )
      position = rows[0]?.position ?? '0'
      wake()
      poll = setInterval(wake, POLL_MS)
      prune = setInterval(() => {
        forgetOld().catch((error: unknown) => log.warn({ err: error }, 'old events could not be removed'))
      }, PRUNE_EVERY_MS)
    },

    async stop() {
      stopped = true
      clearInterval(poll)
      clearInterval(prune)
      await turn
    },
  }
}

async function record(trx: Db, entries: LogEntry[]): Promise<void> {
  if (entries.length === 0) return
  await trx('event_outbox').insert(
    entries.map(({ topic, event, control }) => ({
      topic,
      event: event === undefined ? null : JSON.stringify(event),
      control: control === undefined ? null : JSON.stringify(control),
    })),
  )
}
