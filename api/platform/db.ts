import { fileURLToPath } from 'node:url'
import knex, { type Knex } from 'knex'
import type { Log } from './log.ts'

export type Db = Knex

const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url))

/** Opens a pool of at most 20 connections to PostgreSQL; nothing is connected until the first query. */
export function openDatabase(url: string, log: Log): Db {
  return knex({
    client: 'pg',
    connection: {
      connectionString: url,
      // A statement or an idle transaction that lasts this long is a fault: better a clear error than a queue behind it.
      statement_timeout: 30_000,
      idle_in_transaction_session_timeout: 30_000,
      connectionTimeoutMillis: 5_000,
      application_name: 'medallion',
    },
    pool: { min: 0, max: 20 },
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

// Any number that no other use of PostgreSQL's advisory locks here has.
const MIGRATION_LOCK = 4_000_001

/** Brings the schema up to date; processes that start at once wait for one another. */
export async function migrate(db: Db): Promise<void> {
  await db.transaction(async (waiting) => {
    await waiting.raw('set local idle_in_transaction_session_timeout = 0')
    await waiting.raw('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK])
    await db.migrate.latest()
  })
}
