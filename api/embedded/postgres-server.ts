import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { errorCode, readTextFile, writePrivateFile } from './files.ts'
import { findFreePort } from './free-port.ts'
import { runAs } from './postgres-account.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import type { PostgresCluster } from './postgres-cluster.ts'
import { findPostmaster } from './postgres-postmaster.ts'

/** How long a server may take to start up (after a crash it replays its log first) or to shut down. */
const PATIENCE_SECONDS = 60

const START_ATTEMPTS = 4

/** Sized for one machine: many short test databases on one cluster, little memory, and everything durable (fsync stays on). */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  // What the server says of itself; failed statements are the API's to log, and may hold what people wrote.
  log_min_messages: 'log',
  log_checkpoints: 'off',
}

/**
 * Makes sure that exactly one server runs on the cluster: adopts the one that is there (left by a killed process, or just being
 * started by another one), else starts it. With `port` it must be on that port; without, on the port of last time if that is free.
 */
export async function ensurePostgresServer(
  cluster: PostgresCluster,
  binaries: PostgresBinaries,
  port?: number,
): Promise<{ port: number; adopted: boolean }> {
  const deadline = Date.now() + PATIENCE_SECONDS * 1000
  let starts = 0
  while (Date.now() < deadline) {
    const server = await findPostmaster(cluster)
    if (server === null) {
      starts += 1
      await startServer(cluster, binaries, port).catch(async (error: unknown) => {
        // Another process may have been quicker, the port taken at the last moment, or a crashed server's last child still be ending.
        if (starts === START_ATTEMPTS) throw error
        await delay(500)
      })
    } else if (server.ready && (port === undefined || server.port === port)) {
      return { port: server.port, adopted: starts === 0 }
    } else {
      await delay(50)
    }
  }
  throw new Error(
    `The embedded database in ${cluster.folder} did not become ready within ${PATIENCE_SECONDS} seconds. ` +
      `Its log ends: ${await readLogTail(cluster)}`,
  )
}

/** Shuts the server down and waits: sessions are ended, transactions under way rolled back, everything is written. */
export async function stopPostgresServer(
  cluster: PostgresCluster,
  binaries: PostgresBinaries,
): Promise<void> {
  const server = await findPostmaster(cluster)
  if (server === null) return
  const args = ['stop', '-D', cluster.data, '-m', 'fast', '-W']
  const isRunning = async () => (await findPostmaster(cluster))?.pid === server.pid
  try {
    await runAs(cluster.account, binaries.pgCtl, args, cluster.folder)
  } catch (error) {
    if (await isRunning()) throw error
  }
  // Not pg_ctl's own waiting, which would wait for the server that another process has started meanwhile as well.
  const deadline = Date.now() + PATIENCE_SECONDS * 1000
  while (await isRunning()) {
    if (Date.now() > deadline)
      throw new Error(
        `The embedded database in ${cluster.folder} did not stop within ${PATIENCE_SECONDS} seconds.`,
      )
    await delay(20)
  }
}

/** The last lines that the server wrote to its log, in one line. */
export async function readLogTail(cluster: PostgresCluster): Promise<string> {
  const log = (await readTextFile(logFile(cluster))) ?? ''
  return log.trim().split('\n').slice(-4).join(' | ') || '(nothing)'
}

async function startServer(
  cluster: PostgresCluster,
  binaries: PostgresBinaries,
  port?: number,
): Promise<void> {
  const chosen = port ?? (await findFreePort(await readKeptPort(cluster)))
  await startNewLog(cluster)
  const args = ['start', '-D', cluster.data, '-l', logFile(cluster), '-w', '-t', String(PATIENCE_SECONDS)]
  const settings = Object.entries(SETTINGS).map(([name, value]) => `-c ${name}=${value}`)
  try {
    // pg_ctl gives the server a session of its own on Unix (Ctrl-C does not reach it) and drops an administrator's rights on Windows.
    await runAs(
      cluster.account,
      binaries.pgCtl,
      [...args, '-o', `-p ${chosen} ${settings.join(' ')}`],
      cluster.folder,
    )
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(
      `The embedded database in ${cluster.folder} did not start: ${reason} Its log ends: ${await readLogTail(cluster)}`,
      { cause: error },
    )
  }
  await writePrivateFile(portFile(cluster), `${chosen}\n`, cluster.account)
}

/** `server.log` is of this run, `server.log.1` of the one before. */
async function startNewLog(cluster: PostgresCluster): Promise<void> {
  try {
    await rename(logFile(cluster), `${logFile(cluster)}.1`)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
  const log = await open(logFile(cluster), 'a', 0o600)
  try {
    if (cluster.account !== null) await log.chown(cluster.account.uid, cluster.account.gid)
  } finally {
    await log.close()
  }
}

async function readKeptPort(cluster: PostgresCluster): Promise<number | undefined> {
  const port = Number(await readTextFile(portFile(cluster)))
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined
}

function portFile(cluster: PostgresCluster): string {
  return join(cluster.folder, 'port')
}

function logFile(cluster: PostgresCluster): string {
  return join(cluster.folder, 'server.log')
}
