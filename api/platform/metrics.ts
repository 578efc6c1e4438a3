import { createHash, timingSafeEqual } from 'node:crypto'
import type Router from '@koa/router'
import type { Context } from 'koa'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { ErrorCode } from '../contract/errors.ts'
import { bearerToken } from './authenticate.ts'
import type { Db } from './db.ts'
import { AppError } from './errors.ts'
import type { Hub } from './hub.ts'
import type { SocketListener } from './socket-server.ts'

/** A request that was answered, as the metrics count it. */
export interface Answered {
  method: string
  /** The route's pattern, never the path: labels must not grow with what is asked for. */
  route: string
  status: number
  seconds: number
  /** What was wrong; null where nothing was. */
  code: ErrorCode | null
}

/** What this process has done and has before it, as Prometheus reads it. */
export interface Metrics {
  countAnswered(answered: Answered): void
  /** Counts what the event log told this process. */
  countEvent(): void
  /** Counts the sockets. */
  listener: SocketListener
  /** Serves `GET /metrics` to whoever shows `token`; to nobody where there is none. */
  mount(router: Router, token: string | null): void
}

/** In seconds: from a look-up in memory to a request that nobody waits for any more. */
const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Methods that the API has; any other is told as `other`, since a client can make up as many as it likes. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** What waits in the database, for all processes together, with the statement that counts it. */
const QUEUES = {
  event_outbox: 'select count(*)::int as waiting from event_outbox',
  object_deletions: 'select count(*)::int as waiting from object_deletions where due_at <= now()',
  object_deletions_retried: 'select count(*)::int as waiting from object_deletions where attempts > 0',
} as const

/** Creates the metrics of one process, with a registry of their own. */
export function createMetrics({ db, hub }: { db: Db; hub: Hub }): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })

  const requests = new Histogram({
    name: 'medallion_http_request_duration_seconds',
    help: 'How long requests took, by the pattern of their route.',
    labelNames: ['method', 'route', 'status'],
    buckets: LATENCY_BUCKETS,
    registers,
  })
  const problems = new Counter({
    name: 'medallion_problems_total',
    help: 'Requests that were refused or failed, by the code that was answered.',
    labelNames: ['code'],
    registers,
  })
  const connections = new Gauge({
    name: 'medallion_socket_connections',
    help: 'Sockets that are open at this process.',
    registers,
  })
  const opened = new Counter({
    name: 'medallion_sockets_opened_total',
    help: 'Sockets that were taken in.',
    registers,
  })
  const frames = new Counter({
    name: 'medallion_socket_frames_received_total',
    help: 'Frames of clients, save pings.',
    registers,
  })
  const events = new Counter({
    name: 'medallion_events_told_total',
    help: 'Entries of the event log that this process has told its sockets.',
    registers,
  })
  registry.registerMetric(deliveriesOf(hub))
  registry.registerMetric(queueDepth(db))
  registry.registerMetric(poolConnections(db))

  return {
    countAnswered({ method, route, status, seconds, code }) {
      requests.observe({ method: METHODS.has(method) ? method : 'other', route, status }, seconds)
      if (code !== null) problems.inc({ code })
    },
    countEvent: () => events.inc(),
    listener: {
      connected() {
        opened.inc()
        connections.inc()
      },
      received: () => frames.inc(),
      disconnected: () => connections.dec(),
    },
    mount(router, token) {
      if (token === null) return
      const digest = digestOf(token)
      router.get('/metrics', async (ctx: Context) => {
        if (!timingSafeEqual(digestOf(bearerToken(ctx.req) ?? ''), digest))
          throw new AppError('session.unauthenticated', 'The metrics are for whoever shows METRICS_TOKEN.')
        ctx.body = await registry.metrics()
        ctx.type = registry.contentType
      })
    },
  }
}

/** Of one length whatever was shown, so that comparing takes the same time. */
const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Read when asked for: the hub's way to a socket is too hot for a call of its own. */
const deliveriesOf = (hub: Hub): Counter =>
  new Counter({
    name: 'medallion_deliveries_total',
    help: 'Frames that were given to sockets.',
    registers: [],
    collect() {
      this.reset()
      this.inc(hub.delivered)
    },
  })

const queueDepth = (db: Db): Gauge =>
  new Gauge({
    name: 'medallion_queue_depth',
    help: 'What waits in the database, for all processes together; absent while the database is away.',
    labelNames: ['queue'],
    registers: [],
    async collect() {
      const counts = await Promise.all(
        Object.entries(QUEUES).map(async ([queue, statement]) => ({
          queue,
          waiting: await countOf(db, statement),
        })),
      )
      this.reset()
      for (const { queue, waiting } of counts) if (waiting !== null) this.set({ queue }, waiting)
    },
  })

/** Null where the database does not answer: the rest of the metrics is then wanted all the more. */
async function countOf(db: Db, statement: string): Promise<number | null> {
  try {
    return (await db.raw<{ rows: Array<{ waiting: number }> }>(statement)).rows[0]?.waiting ?? null
  } catch {
    return null
  }
}

/** What Knex's pool (tarn) tells of itself. */
interface Pool {
  numUsed(): number
  numFree(): number
  numPendingAcquires(): number
}

const poolConnections = (db: Db): Gauge =>
  new Gauge({
    name: 'medallion_database_pool',
    help: 'Connections to the database in use and free, and how much waits for one.',
    labelNames: ['state'],
    registers: [],
    collect() {
      const { pool } = db.client as { pool: Pool } // Knex leaves its client untyped
      this.set({ state: 'used' }, pool.numUsed())
      this.set({ state: 'free' }, pool.numFree())
      this.set({ state: 'waiting' }, pool.numPendingAcquires())
    },
  })
