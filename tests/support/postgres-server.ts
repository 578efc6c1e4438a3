import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPostgresPackage, openPostgresBinaries } from '../../api/embedded/postgres-binaries.ts'
import { openPostgresCluster, POSTGRES_USER } from '../../api/embedded/postgres-cluster.ts'
import { settlePostgresHome } from '../../api/embedded/postgres-home.ts'
import { findPostmaster } from '../../api/embedded/postgres-postmaster.ts'
import { ensurePostgresServer, stopPostgresServer } from '../../api/embedded/postgres-server.ts'

/** A PostgreSQL of one test's own, which it may stop and kill; nothing starts it again but the test. */
export interface PostgresServer {
  /** Its database `postgres`, empty at first. */
  readonly url: string
  /** Shuts it down: sessions are ended, everything is written. */
  halt(): Promise<void>
  /** Kills it (SIGKILL), as a power cut would. */
  kill(): Promise<void>
  /** Starts it again on its port, and waits until it takes connections. */
  start(): Promise<void>
  /** Ends it and removes its files. */
  remove(): Promise<void>
}

/** Starts a PostgreSQL in a folder of its own; takes some three seconds. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'medallion-postgres-'))
  const silent = (): void => {}
  const home = await settlePostgresHome(folder, silent)
  const binaries = await openPostgresBinaries(findPostgresPackage(), home.folder, home.account, silent)
  const cluster = await openPostgresCluster(home.folder, binaries, home.account, silent)
  const { port } = await ensurePostgresServer(cluster, binaries)
  const halt = (): Promise<void> => stopPostgresServer(cluster, binaries)
  return {
    url: `postgres://${POSTGRES_USER}:${cluster.password}@127.0.0.1:${port}/postgres?sslmode=disable`,
    halt,
    async kill() {
      const server = await findPostmaster(cluster)
      if (server !== null) process.kill(server.pid, 'SIGKILL')
    },
    async start() {
      await ensurePostgresServer(cluster, binaries, port)
    },
    async remove() {
      await halt()
      for (const each of new Set([folder, home.folder])) await rm(each, { recursive: true, force: true })
    },
  }
}
