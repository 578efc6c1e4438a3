import type { ServerFrame } from '../contract/events.ts'
import type { Actor } from './authenticate.ts'
import type { Db } from './db.ts'
import type { Control, NewEvent, PlacedEntry, Topic } from './event-log.ts'
import { MAX_BUFFERED_BYTES, ownTopics, toServerFrame } from './hub.ts'

/** How many events one replay brings at most; who missed more fetches afresh, which is less work for both sides. */
export const MAX_REPLAYED = 10_000
/** How many bytes one replay has at most: so many messages of usual length, and less than may wait for a reader. */
const MAX_REPLAYED_BYTES = (MAX_BUFFERED_BYTES * 3) / 4
/** What an event's cursor and frame add to it, in bytes, at most. */
const FRAME_BYTES = 64
/** How many entries of the log, other people's included, one replay looks through at most. */
const MAX_PASSED = 100_000

/** Where somebody stands: which topics are theirs at a position of the log, and what they have missed since their cursor. */
export interface Standing {
  topics: Set<Topic>
  replay: 'none' | 'complete' | 'resync'
  missed: ServerFrame[]
}

/** What a socket comes with: who it is, the cursor that it names, and the position up to which the log has been told. */
export interface Arrival {
  actor: Actor
  /** As the client sent it; null where it sent none. */
  cursor: string | null
  position: number
  /** The topics that a person follows at the moment of `db`'s transaction, beside their own. */
  topicsOf: (userId: string, db: Db) => Promise<Topic[]>
}

/** Reads, in one snapshot of the database, somebody's topics at `position`, and every event after their cursor up to there that they could see when it happened. */
export function readStanding(db: Db, arrival: Arrival): Promise<Standing> {
  return db.transaction((trx) => readInSnapshot(trx, arrival), {
    isolationLevel: 'repeatable read',
    readOnly: true,
  })
}

async function readInSnapshot(trx: Db, arrival: Arrival): Promise<Standing> {
  const { actor, position, topicsOf } = arrival
  const from = await usableCursor(trx, arrival)
  const own = ownTopics(actor)
  const now = new Set([...own, ...(await topicsOf(actor.userId, trx))])
  const changes = await readControls(trx, `user:${actor.userId}`, from ?? position)
  // The snapshot may know of changes that have not been told here yet: those are undone, and told when their turn comes.
  const topics = before(
    now,
    changes.filter((change) => change.position > position),
  )
  if (from === null) return { topics, replay: arrival.cursor === null ? 'none' : 'resync', missed: [] }

  const followed = before(
    topics,
    changes.filter((change) => change.position <= position),
  )
  const entries = await readEntries(trx, { from, position, topics: everFollowed(topics, changes) })
  if (entries === null) return { topics, replay: 'resync', missed: [] }
  return { topics, replay: 'complete', missed: seenBy(followed, entries) }
}

/** The cursor as a position from which the log is still whole and near enough; null where it is none. */
async function usableCursor(trx: Db, { cursor, position }: Arrival): Promise<number | null> {
  if (cursor === null || !/^\d{1,15}$/.test(cursor)) return null
  const from = Number(cursor)
  if (from > position || position - from > MAX_PASSED) return null
  const row = await trx('event_retention').first<{ forgotten: string }>('forgotten')
  return from >= Number(row.forgotten) ? from : null
}

interface Change {
  position: number
  control: Control
}

/** What has changed a person's topics after a position, in order; what is committed but has no position yet comes last. */
async function readControls(trx: Db, topic: Topic, from: number): Promise<Change[]> {
  const placed = await trx('events')
    .where('position', '>', from)
    .andWhere({ topic })
    .whereNotNull('control')
    .orderBy('position')
    .select<Array<{ position: string; control: Control }>>('position', 'control')
  const unplaced = await trx('event_outbox')
    .where({ topic })
    .whereNotNull('control')
    .orderBy('id')
    .pluck<Control[]>('control')
  return [
    ...placed.map(({ position, control }) => ({ position: Number(position), control })),
    ...unplaced.map((control) => ({ position: Number.POSITIVE_INFINITY, control })),
  ]
}

/** The topics as they were before these changes. */
function before(topics: Set<Topic>, changes: Change[]): Set<Topic> {
  const then = new Set(topics)
  for (const { control } of changes.toReversed()) {
    if ('join' in control) then.delete(control.join)
    if ('leave' in control) then.add(control.leave)
  }
  return then
}

function everFollowed(topics: Set<Topic>, changes: Change[]): Topic[] {
  const left = changes.flatMap(({ control }) => ('leave' in control ? [control.leave] : []))
  return [...new Set([...topics, ...left])]
}

interface Row {
  position: string
  topic: Topic
  event: NewEvent | null
  control: Control | null
}

/** The entries of these topics in a stretch of the log, or null when they are too many for a replay, or too long. */
async function readEntries(
  trx: Db,
  { from, position, topics }: { from: number; position: number; topics: Topic[] },
): Promise<PlacedEntry[] | null> {
  const found = trx('events')
    .where('position', '>', from)
    .where('position', '<=', position)
    .whereRaw('topic = any(?)', [topics])
    .orderBy('position')
    .limit(MAX_REPLAYED + 1)
  const size = await trx
    .from(found.clone().select('event').as('found'))
    .first<{ count: string; bytes: string }>(
      trx.raw('count(*), coalesce(sum(octet_length(event::text)), 0) as bytes'),
    )
  const count = Number(size.count)
  if (count > MAX_REPLAYED || Number(size.bytes) + count * FRAME_BYTES > MAX_REPLAYED_BYTES) return null
  const rows = await found.select<Row[]>('position', 'topic', 'event', 'control')
  return rows.map((row) => ({
    position: Number(row.position),
    topic: row.topic,
    ...(row.event === null ? {} : { event: row.event }),
    ...(row.control === null ? {} : { control: row.control }),
  }))
}

/** The events among these entries that somebody saw who followed `topics` at their beginning, as the hub would have told them. */
function seenBy(topics: Set<Topic>, entries: PlacedEntry[]): ServerFrame[] {
  const followed = new Set(topics)
  return entries.flatMap((entry) => {
    if (!followed.has(entry.topic)) return []
    const { control } = entry
    if (control !== undefined && 'join' in control) followed.add(control.join)
    if (control !== undefined && 'leave' in control) followed.delete(control.leave)
    const frame = toServerFrame(entry)
    return frame === null ? [] : [frame]
  })
}
