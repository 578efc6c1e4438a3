import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase, type Db } from '../../api/platform/db.ts'
import {
  createEventLog,
  forgetOld,
  type EventLog,
  type LogEntry,
  type PlacedEntry,
} from '../../api/platform/event-log.ts'
import { createLog } from '../../api/platform/log.ts'
import { openGate } from '../support/tcp-gate.ts'
import { createTestDatabase, type TestDatabase } from '../support/test-cluster.ts'

const log = createLog('silent')
const roomId = randomUUID()

let database: TestDatabase
let db: Db
let afterwards: Array<() => Promise<unknown>>

beforeEach(async () => {
  database = await createTestDatabase()
  db = openDatabase(database.url, log)
  afterwards = []
})
afterEach(async () => {
  for (const end of afterwards.toReversed()) await end()
  await db.destroy()
  await database.drop()
})

/** A log of a process of its own, and what it tells. */
async function startLog(
  over: Db = db,
): Promise<{ events: EventLog; told: PlacedEntry[]; seqs: () => number[] }> {
  const told: PlacedEntry[] = []
  const events = createEventLog(over, log, { tell: (entry) => told.push(entry), keepDays: 7 })
  await events.start()
  afterwards.push(() => events.stop())
  return { events, told, seqs: () => told.map(seqOf) }
}

const entry = (seq: number): LogEntry => ({
  topic: `room:${roomId}`,
  event: { type: 'room:read', data: { roomId, seq } },
})

const seqOf = ({ event }: LogEntry): number => (event?.type === 'room:read' ? event.data.seq : -1)

/** Commits one event. */
const tell = ({ transact }: EventLog, seq: number): Promise<void> =>
  transact(async (_, record) => record([entry(seq)]))

/** A transaction that has written its event, and ends as it is told to. */
async function open({ transact }: EventLog, seq: number) {
  const steps = new EventEmitter()
  const written = once(steps, 'written')
  const ended = transact(async (_, record) => {
    await record([entry(seq)])
    const decided = once(steps, 'commit') // rejects with what 'error' brings
    steps.emit('written')
    await decided
  })
  await written
  return {
    async commit() {
      steps.emit('commit')
      await ended
    },
    async rollBack() {
      steps.emit('error', new Error('changed my mind'))
      await ended
    },
  }
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n)

describe('what is committed', () => {
  test('is told once, with its topic, its event and its control', async () => {
    const { events, told } = await startLog()
    const entries: LogEntry[] = [
      { topic: 'everyone', event: { type: 'room:removed', data: { roomId } } },
      { topic: `user:${roomId}`, control: { join: `room:${roomId}` } },
      {
        topic: `user:${roomId}`,
        control: { leave: `room:${roomId}` },
        event: { type: 'room:removed', data: { roomId } },
      },
      { topic: `session:${roomId}`, control: { close: 'over' } },
    ]
    const result = await events.transact(async (_, record) => {
      await record(entries.slice(0, 2))
      await record([])
      await record(entries.slice(2))
      return 'the result'
    })

    expect(result).toBe('the result')
    await expect.poll(() => told.length).toBe(4)
    expect(told).toEqual(entries.map((each) => ({ ...each, position: expect.any(Number) })))
    await tell(events, 1)
    await expect.poll(() => told.length).toBe(5)
  })

  test('is told in the order of the positions, which only grow', async () => {
    const { events, told } = await startLog()
    await Promise.all(range(1, 200).map((seq) => tell(events, seq)))
    await expect.poll(() => told.length).toBe(200)
    const positions = told.map(({ position }) => position)
    for (const [n, position] of positions.entries()) expect(position).toBeGreaterThan(positions[n - 1] ?? 0)
    expect(told.map(seqOf).toSorted((a, b) => a - b)).toEqual(range(1, 200))
  })

  test('is told whole and in its order, however much it is', async () => {
    const { events, seqs } = await startLog()
    await events.transact(async (_, record) => record(range(1, 1_700).map(entry)))
    await expect.poll(() => seqs().length).toBe(1_700)
    expect(seqs()).toEqual(range(1, 1_700))
  })

  test('late is told late, and is never passed over', async () => {
    const { events, seqs } = await startLog()
    const first = await open(events, 1)
    const second = await open(events, 2)
    await tell(events, 3)
    await expect.poll(seqs).toEqual([3])

    await second.commit()
    await expect.poll(seqs).toEqual([3, 2])
    await tell(events, 4)
    await expect.poll(seqs).toEqual([3, 2, 4])

    await first.commit()
    await expect.poll(seqs).toEqual([3, 2, 4, 1])
  })

  test('of one room is told in the order in which its row was held', async () => {
    const { events, seqs } = await startLog()
    await db('rooms').insert({ id: roomId, kind: 'group', name: 'Room' })
    await Promise.all(
      range(1, 60).map(() =>
        events.transact(async (trx, record) => {
          const room = await trx('rooms').where({ id: roomId }).forUpdate().first()
          const seq = room.last_seq + 1
          await trx('rooms').where({ id: roomId }).update({ last_seq: seq })
          await record([entry(seq)])
        }),
      ),
    )
    await expect.poll(() => seqs().length).toBe(60)
    expect(seqs()).toEqual(range(1, 60))
  })
})

describe('what is rolled back', () => {
  test('is never told', async () => {
    const { events, seqs } = await startLog()
    const doubtful = await open(events, 1)
    await tell(events, 2)
    await expect(doubtful.rollBack()).rejects.toThrow('changed my mind')
    await expect(events.transact(async (trx) => trx.raw('select no_such_column'))).rejects.toThrow()
    await tell(events, 3)
    await expect.poll(seqs).toEqual([2, 3])
    expect(await db('event_outbox').count()).toEqual([{ count: '0' }])
    expect(await db('events').count()).toEqual([{ count: '2' }])
  })
})

describe('starting', () => {
  test('begins after what has been told before', async () => {
    const before = await startLog()
    await tell(before.events, 1)
    await tell(before.events, 2)
    await expect.poll(before.seqs).toEqual([1, 2])

    const { events, told, seqs } = await startLog()
    expect(events.position).toBe(before.told.at(-1)?.position)
    await tell(events, 3)
    await expect.poll(seqs).toEqual([3])
    expect(told[0]?.position).toBeGreaterThan(before.told.at(-1)?.position ?? 0)
  })

  test('tells what was committed and not told when the process was killed', async () => {
    const killed = createEventLog(db, log, { tell: () => {}, keepDays: 7 })
    await killed.stop() // What is stopped tells nothing, as what is killed does not.
    await tell(killed, 1)
    const { seqs } = await startLog()
    await expect.poll(seqs).toEqual([1])
  })
})

describe('several processes', () => {
  test('tell the same in the same order', async () => {
    const other = openDatabase(database.url, log)
    afterwards.push(() => other.destroy())
    const [one, two] = [await startLog(), await startLog(other)]

    await Promise.all(range(1, 100).map((seq) => tell(seq % 2 ? one.events : two.events, seq)))

    await expect.poll(() => [one.told.length, two.told.length], { timeout: 5_000 }).toEqual([100, 100])
    expect(one.told).toEqual(two.told)
  })
})

describe('forgetting', () => {
  test('takes what is older than the days it is kept, from the beginning, and remembers up to where', async () => {
    const { events, told, seqs } = await startLog()
    for (const seq of range(1, 5)) await tell(events, seq)
    await expect.poll(seqs).toEqual(range(1, 5))
    // The third is old; the first two are told before it, whenever they say that they were.
    await db('events')
      .where({ position: told[2]?.position })
      .update({ created_at: db.raw(`now() - interval '8 days'`) })
    await forgetOld(db, 7)
    expect(await db('events').orderBy('position').pluck('position')).toEqual(
      told.slice(3).map(({ position }) => String(position)),
    )
    expect(await db('event_retention').first('forgotten')).toEqual({ forgotten: String(told[2]?.position) })
    await forgetOld(db, 7)
    expect(await db('event_retention').first('forgotten')).toEqual({ forgotten: String(told[2]?.position) })
  })

  test('everything leaves the position where it was, also for a process that starts then', async () => {
    const { events, told, seqs } = await startLog()
    await tell(events, 1)
    await expect.poll(seqs).toEqual([1])
    await db('events').update({ created_at: db.raw(`now() - interval '8 days'`) })
    await forgetOld(db, 7)
    expect(await db('events')).toEqual([])
    const later = await startLog()
    expect(later.events.position).toBe(told[0]?.position)
  })
})

describe('a database that goes away', () => {
  test('and comes back: everything is told then, in order, once', async () => {
    const gate = await openGate(database.url)
    const through = openDatabase(gate.url, log)
    afterwards.push(
      () => gate.close(),
      () => through.destroy(),
    )
    const cutOff = await startLog(through)
    const writer = await startLog()
    await tell(writer.events, 1)
    await expect.poll(cutOff.seqs, { timeout: 5_000 }).toEqual([1])

    gate.shut()
    await expect(tell(cutOff.events, 0)).rejects.toThrow()
    for (const seq of [2, 3, 4]) await tell(writer.events, seq)
    await expect.poll(writer.seqs).toEqual([1, 2, 3, 4])
    expect(cutOff.seqs()).toEqual([1])

    gate.reopen()
    await expect.poll(cutOff.seqs, { timeout: 5_000 }).toEqual([1, 2, 3, 4])
  })
})

describe('stopping', () => {
  test('waits for what is being told, and tells nothing more', async () => {
    const { events, seqs } = await startLog()
    await tell(events, 1)
    await events.stop()
    const until = seqs()
    expect(until).toEqual([1])
    await tell(events, 2)
    const other = await startLog()
    await expect.poll(other.seqs).toEqual([2])
    expect(seqs()).toEqual(until)
  })
})
