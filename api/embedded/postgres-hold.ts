import { Client, DatabaseError } from 'pg'

/** Any number will do, if only nobody else takes this advisory lock in the database `postgres`. */
const HOLD_LOCK = 7_245_113

/** A process that was just killed keeps its lock until the server has noticed; one that is shutting down needs a moment too. */
const WAIT_FOR_LOCK = '4s'

/** Another process holds the cluster, and went on holding it while this one waited. */
export class ClusterInUseError extends Error {}

/**
 * Takes the cluster for this process, and returns the connection that holds it: the server lets go when the connection ends, however
 * the process dies, and the connection ends when the server does. `url` leads to the database `postgres`. Throws ClusterInUseError,
 * or what the driver throws if the server goes away meanwhile.
 */
export async function holdCluster(url: string, folder: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: `process ${process.pid}` })
  // Without a listener the end of the server would be the end of this process.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query(`set lock_timeout = '${WAIT_FOR_LOCK}'`)
    await client.query('select pg_advisory_lock($1)', [HOLD_LOCK])
    return client
  } catch (error) {
    const holder = isLockTimeout(error) ? await findHolder(client) : null
    await client.end().catch(() => {})
    if (holder === null) throw error
    throw new ClusterInUseError(
      `The embedded database in ${folder} is in use by another Medallion (${holder}). Stop that one, give this one a DATA_DIR ` +
        'of its own, or set DATABASE_URL to a PostgreSQL server, which any number of them can share.',
      { cause: error },
    )
  }
}

/** SQLSTATE 55P03, lock_not_available. */
function isLockTimeout(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '55P03'
}

async function findHolder(client: Client): Promise<string> {
  const { rows } = await client.query<{ application_name: string }>(
    `select application_name from pg_stat_activity join pg_locks using (pid)
     where locktype = 'advisory' and objid = $1 and granted`,
    [HOLD_LOCK],
  )
  return rows[0]?.application_name ?? 'a process that has just ended; try again'
}
