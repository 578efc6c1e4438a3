import { setTimeout as delay } from 'node:timers/promises'
import { Client, DatabaseError } from 'pg'
import { errorCode } from './files.ts'

/** Any number will do, if only nobody else takes this advisory lock in the database `postgres`. */
const HOLD_LOCK = 7_245_113

/** A process that was just killed keeps its lock until the server has noticed; one that is shutting down needs a moment too. */
const WAIT_FOR_LOCK = '5s'

const CONNECT_ATTEMPTS = 300

/**
 * Takes the cluster for this process, and returns the connection that holds it: the server lets go when the connection ends, however
 * the process dies, and the connection ends when the server does. Throws if another process holds the cluster.
 */
export async function holdCluster(url: string, folder: string): Promise<Client> {
  const client = await connectPatiently(url)
  try {
    await client.query(`set lock_timeout = '${WAIT_FOR_LOCK}'`)
    await client.query('select pg_advisory_lock($1)', [HOLD_LOCK])
    return client
  } catch (error) {
    const holder = await findHolder(client).catch(() => null)
    await client.end().catch(() => {})
    if (!(error instanceof DatabaseError) || error.code !== '55P03') throw error
    throw new Error(
      `The embedded database in ${folder} is in use by another Medallion (${holder ?? 'unknown process'}). Stop that one, give this ` +
        'one a DATA_DIR of its own, or set DATABASE_URL to a PostgreSQL server, which any number of them can share.',
      { cause: error },
    )
  }
}

/** A server that has just been started, or is recovering from a crash of one of its processes, refuses for a moment. */
async function connectPatiently(url: string): Promise<Client> {
  for (let attempt = 1; ; attempt += 1) {
    const client = new Client({ connectionString: url, application_name: `process ${process.pid}` })
    // Without a listener the end of the server would be the end of this process.
    client.on('error', () => {})
    try {
      await client.connect()
      return client
    } catch (error) {
      await client.end().catch(() => {})
      const mayPass = ['57P03', 'ECONNREFUSED', 'ECONNRESET'].includes(errorCode(error) ?? '')
      if (!mayPass || attempt === CONNECT_ATTEMPTS) throw error
      await delay(100)
    }
  }
}

async function findHolder(client: Client): Promise<string | null> {
  const { rows } = await client.query<{ application_name: string }>(
    `select application_name from pg_stat_activity join pg_locks using (pid)
     where locktype = 'advisory' and objid = $1 and granted`,
    [HOLD_LOCK],
  )
  return rows[0]?.application_name ?? null
}
