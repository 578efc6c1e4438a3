import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from 'pg'
import { findPostgresPackage, openPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts'
import { openPostgresCluster, POSTGRES_USER, type PostgresCluster } from './postgres-cluster.ts'
import { ClusterInUseError, holdCluster } from './postgres-hold.ts'
import { settlePostgresHome } from './postgres-home.ts'
import { ensurePostgresServer, readLogTail, stopPostgresServer } from './postgres-server.ts'

/** Where to keep the cluster, and who is told what happens to it (one line a message). */
export type EmbeddedPostgresOptions = { dataDir: string; log: (message: string) => void }

/** A running server: the connection string of its database `medallion`, and a way to shut it down and wait for that. */
export type EmbeddedPostgres = { url: string; stop(): Promise<void> }

const DATABASE = 'medallion'

const TAKE_ATTEMPTS = 20

/** How long it rests between two attempts to start again a server that stopped by itself, at most, in milliseconds. */
const LONGEST_PAUSE_MS = 10_000

/**
 * Starts a real PostgreSQL, zero set-up, with its data in `dataDir/postgres`; creates it the first time (1–3 s), and adopts
 * the server that a killed process left behind. It listens on 127.0.0.1 alone, on the same port from start to start where it can. If it
 * stops by itself it is started again on the same port, however often that takes, and `log` says so.
 *
 * One process has it at a time: a second one on the same `dataDir` waits 4 s and is then refused (ClusterInUseError). Also throws on platforms
 * without binaries, after a change of the major version, and where no account may run it; each error says what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log } = options
  const packageDir = findPostgresPackage()
  const home = await settlePostgresHome(dataDir, log)
  const binaries = await openPostgresBinaries(packageDir, home.folder, home.account, log)
  const cluster = await openPostgresCluster(home.folder, binaries, home.account, log)

  const first = await takeCluster(cluster, binaries)
  const { port } = first
  if (first.adopted) log(`Adopted the embedded database server that was running on port ${port}.`)

  const ending = new AbortController()
  let stopping: Promise<void> | null = null
  let recovering: Promise<void> = Promise.resolve()
  watch(first.hold)

  function watch(hold: Client): void {
    hold.once('end', () => {
      if (!ending.signal.aborted) recovering = recover()
    })
  }

  /** Starts it again until it runs: what ended it, such as a full disk, may take its time to pass. */
  async function recover(): Promise<void> {
    log(`The embedded database stopped unexpectedly. Its log ends: ${await readLogTail(cluster)}`)
    for (let pauseMs = 1_000; !ending.signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        const { hold } = await takeCluster(cluster, binaries, port)
        log(`The embedded database runs again, on port ${port}.`)
        return watch(hold)
      } catch (error) {
        log(`The embedded database could not be started again: ${String(error)}`)
        // It runs, but for another process.
        if (error instanceof ClusterInUseError) return
        await delay(pauseMs, undefined, { signal: ending.signal }).catch(() => {})
      }
    }
  }

  return {
    url: connectionString(cluster.password, port, DATABASE),
    stop() {
      ending.abort()
      return (stopping ??= recovering.then(() => stopPostgresServer(cluster, binaries)))
    },
  }
}

/** Sees to it that the server runs, and that it is this process's. The server may go away in between, if another process is just stopping it. */
async function takeCluster(cluster: PostgresCluster, binaries: PostgresBinaries, onPort?: number) {
  for (let attempt = 1; ; attempt += 1) {
    const { port, adopted } = await ensurePostgresServer(cluster, binaries, onPort)
    try {
      const hold = await holdCluster(connectionString(cluster.password, port, 'postgres'), cluster.folder)
      await createDatabase(hold)
      return { port, adopted, hold }
    } catch (error) {
      if (error instanceof ClusterInUseError || attempt === TAKE_ATTEMPTS) throw error
      await delay(100)
    }
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
