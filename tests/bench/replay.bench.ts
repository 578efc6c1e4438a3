import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client as PgClient } from 'pg'
import { startEmbeddedPostgres } from '../../api/embedded/postgres.ts'
import { migrate } from '../../api/platform/db.ts'
import { createLog } from '../../api/platform/log.ts'
import { MAX_REPLAYED } from '../../api/platform/replay.ts'
import { enter, medallion } from './fan-out/contender.ts'
import { createEvent, EVENT_BYTES } from './fan-out/event.ts'
import { measure, type Benchmark, type Measurement } from './measure.ts'

/** How many events somebody has missed. */
const MISSED = [0, 100, MAX_REPLAYED]
const REPLAYS = 30
const IDLE = 5_000
/** Often enough to see several; in service it is once in 30 s. */
const HEARTBEAT_MS = 2_000
const HEARTBEATS = 10
/** How many are filled to see what a socket's memory is. */
const SERVERS = 3

/** What it costs to come back, and to be there. */
export const benchmark: Benchmark = {
  title:
    `A socket that comes back with a cursor, until it has the last event of ${EVENT_BYTES} bytes that it has missed; ` +
    `and ${IDLE.toLocaleString('en')} sockets to which nothing is said; yardstick: the same events read by the driver alone`,
  async run() {
    const dataDir = await mkdtemp(join(tmpdir(), 'medallion-bench-'))
    const database = await startEmbeddedPostgres({ dataDir, log: () => {} })
    try {
      await migrate(database.url, createLog('warn'))
      return [...(await measureReplay(database.url)), ...(await measureIdling(database.url))]
    } finally {
      await database.stop()
      await rm(dataDir, { recursive: true, force: true })
    }
  },
}

async function measureReplay(databaseUrl: string): Promise<Measurement[]> {
  const client = new PgClient({ connectionString: databaseUrl })
  await client.connect()
  const last = await insertEvents(client)
  const server = await enter(medallion(databaseUrl), 2)
  try {
    const measurements: Measurement[] = []
    for (const missed of MISSED) {
      const samples: number[] = []
      for (let n = -5; n < REPLAYS; n += 1) {
        const { ms } = await server.join(`?cursor=${last - missed}`, 1 + missed)
        if (n >= 0) samples.push(ms)
      }
      measurements.push({ what: `replay of ${missed.toLocaleString('en')} events`, samples })
    }
    const read = await measure(REPLAYS, () =>
      client.query('select position, topic, event, control from events order by position'),
    )
    const yardstick = { what: `${MAX_REPLAYED.toLocaleString('en')} events read`, samples: read }
    return [...measurements, { ...yardstick, yardstick: true }]
  } finally {
    await server.stop()
    await client.end()
  }
}

/** Writes as many events as one replay may bring and tells the position of the last. */
async function insertEvents(client: PgClient): Promise<number> {
  const { cursor: _, ...event } = createEvent(0)
  const { rows } = await client.query<{ last: string }>(
    `with told as (insert into events (topic, event) select 'everyone', $1::jsonb from generate_series(1, $2) returning position)
     select max(position) as last from told`,
    [JSON.stringify(event), MAX_REPLAYED],
  )
  return Number(rows[0]?.last)
}

async function measureIdling(databaseUrl: string): Promise<Measurement[]> {
  return [await measureMemory(databaseUrl), ...(await measureHeartbeats(databaseUrl))]
}

/** Without a heartbeat, since what the process gains and loses by one in between would count as the sockets'. */
async function measureMemory(databaseUrl: string): Promise<Measurement> {
  const samples: number[] = []
  for (let n = 0; n < SERVERS; n += 1) {
    const server = await enter(medallion(databaseUrl), IDLE)
    samples.push(server.bytesPerSocket / 1_000)
    await server.stop()
  }
  return { what: 'idle socket: memory', unit: 'kB', samples }
}

async function measureHeartbeats(databaseUrl: string): Promise<Measurement[]> {
  const server = await enter(medallion(databaseUrl, HEARTBEAT_MS), IDLE)
  try {
    const computing: number[] = []
    const received: number[] = []
    const sent: number[] = []
    for (let n = -1; n < HEARTBEATS; n += 1) {
      const before = await server.cpuMs()
      const beat = await server.heartbeat()
      const cpuMs = (await server.cpuMs()) - before
      if (n < 0) continue
      computing.push((cpuMs * 1_000) / IDLE)
      received.push(beat.received / IDLE)
      sent.push(beat.sent / IDLE)
    }
    return [
      { what: 'idle socket: computing for a heartbeat', unit: 'µs', samples: computing },
      { what: 'idle socket: a heartbeat asks', unit: 'bytes', samples: received },
      { what: 'idle socket: a heartbeat is answered', unit: 'bytes', samples: sent },
    ]
  } finally {
    await server.stop()
  }
}
