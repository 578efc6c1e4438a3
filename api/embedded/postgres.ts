import type { Client } from 'pg'
import { openPostgresBinaries, findPostgresPackage } from './postgres-binaries.ts'
import { openPostgresCluster, POSTGRES_USER } from './postgres-cluster.ts'
import { holdCluster } from './postgres-hold.ts'
import { settlePostgresHome } from './postgres-home.ts'
import { ensurePostgresServer, readLogTail, stopPostgresServer } from './postgres-server.ts'

/** Where to keep the cluster, and who is told what happens to it (one line a message). */
export type EmbeddedPostgresOptions = { dataDir: string; log: (message: string) => void }

/** A running server: the connection string of its database `medallion`, and a way to shut it down and wait for that. */
export type EmbeddedPostgres = { url: string; stop(): Promise<void> }

const DATABASE = 'medallion'

/**
 * Starts a real PostgreSQL, zero set-up, with its data in `dataDir/postgres`; creates it the first time (1–3 s), and adopts
 * the server that a killed process left behind. It listens on 127.0.0.1 alone, on the same port from start to start where it can. If it
 * stops by itself it is started again on the same port, and `log` says so.
 *
 * One process has it at a time: a second one on the same `dataDir` waits 5 s and is then refused. Also throws on platforms
 * without binaries, after a change of the major version, and where no account may run it; each error says what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log } = options
  const packageDir = findPostgresPackage()
  const home = await settlePostgresHome(dataDir, log)
  const binaries = await openPostgresBinaries(packageDir, home.folder, home.account, log)
  const cluster = await openPostgresCluster(home.folder, binaries, home.account, log)

  const { port, adopted } = await ensurePostgresServer(cluster, binaries)
  if (adopted) log(`Adopted the embedded database server that was running on port ${port}.`)
  const urlOf = (database: string) => connectionString(cluster.password, port, database)

  let stopping: Promise<void> | null = null
  let recovering: Promise<void> = Promise.resolve()
  await hold()

  async function hold(): Promise<void> {
    const client = await holdCluster(urlOf('postgres'), cluster.folder)
    await createDatabase(client)
    client.once('end', () => {
      if (stopping === null) recovering = recover()
    })
  }

  async function recover(): Promise<void> {
    try {
      log(`The embedded database stopped unexpectedly. Its log ends: ${await readLogTail(cluster)}`)
      await ensurePostgresServer(cluster, binaries, port)
      await hold()
      log(`The embedded database runs again, on port ${port}.`)
    } catch (error) {
      log(`The embedded database could not be started again: ${String(error)}`)
    }
  }

  return {
    url: urlOf(DATABASE),
    stop: () => (stopping ??= recovering.then(() => stopPostgresServer(cluster, binaries))),
  }
}

async function createDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
  if (rowCount === 0) await client.query(`create database ${DATABASE}`)
}

function connectionString(password: string, port: number, database: string): string {
  // The server speaks no TLS on 127.0.0.1; said here, since the driver would else follow a PGSSLMODE of the surroundings.
  return `postgres://${POSTGRES_USER}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`
}
