import { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import knex, { type Knex } from 'knex'
import type { Log } from './log.ts'

/** The database, or a transaction on it. */
export type Db = Knex

const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url))

/** A statement or an idle transaction that lasts this long is a fault: better a clear error than a queue behind it; in milliseconds. */
const STATEMENT_MS = 15_000

/** How long after that the server's own refusal may be on its way, in milliseconds. A line that is silent for longer leads nowhere. */
const SILENCE_MS = 5_000

// Any number that no other use of PostgreSQL's advisory locks here has.
const MIGRATION_LOCK = 4_000_001

/** Opens a pool of at most 20 connections to PostgreSQL; nothing is connected until the first query. */
export const openDatabase = (url: string, log: Log): Db =>
  connect(url, log, { max: 20, statementMs: STATEMENT_MS })

/** Brings the schema up to date; processes that start at once wait for one another, however long it takes. */
export async function migrate(url: string, log: Log): Promise<void> {
  const db = connect(url, log, { max: 2, statementMs: 0 })
  try {
    await db.transaction(async (waiting) => {
      await waiting.raw('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK])
      await db.migrate.latest()
    })
  } finally {
    await db.destroy()
  }
}

function connect(url: string, log: Log, { max, statementMs }: { max: number; statementMs: number }): Db {
  return knex({
    client: 'pg',
    connection: {
      connectionString: url,
      statement_timeout: statementMs,
      idle_in_transaction_session_timeout: statementMs,
      connectionTimeoutMillis: 5_000,
      application_name: 'medallion',
      ...(statementMs === 0 ? {} : { stream: () => createLine(statementMs + SILENCE_MS) }),
    },
    // Idle ones go in order, before their silence would be taken for a fault.
    pool: { min: 0, max, idleTimeoutMillis: 10_000 },
    acquireConnectionTimeout: 10_000,
    migrations: { directory: MIGRATIONS, loadExtensions: ['.js'] },
    log: {
      warn: (message: unknown) => log.warn({ knex: message }, 'knex warns'),
      error: (message: unknown) => log.warn({ knex: message }, 'knex reports an error'),
      deprecate: () => {},
      debug: () => {},
    },
  })
}

/**
 * A line that breaks when it has been silent for `silenceMs`. A server that is cut off answers nothing, refuses nothing and closes
 * nothing, and TCP itself would wait for it for a quarter of an hour. The driver's own query timeout would give up the answer and keep the
 * connection, on which the answer may still come; a broken line takes the connection out of the pool with it.
 */
function createLine(silenceMs: number): Socket {
  const line = new Socket()
  return line.setTimeout(silenceMs, () => {
    line.destroy(
      Object.assign(new Error('The database has been silent for too long.'), { code: 'ETIMEDOUT' }),
    )
  })
}
