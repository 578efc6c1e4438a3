import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedServices } from '../../api/embedded/embedded-services.ts'
import { migrate } from '../../api/platform/db.ts'
import { createLog } from '../../api/platform/log.ts'
import { apiEnvironment, startApi, type ApiProcess } from '../support/api-process.ts'
import { startPostgres, type PostgresServer } from '../support/postgres-server.ts'
import { hasRedis, startRedis, type RedisServer } from '../support/redis-server.ts'
import { openGate, type TcpGate } from '../support/tcp-gate.ts'

/** One API process, behind a gate that stays when the process goes. */
export interface Node {
  readonly gate: TcpGate
  /** Ends it (at once, or in order) and starts it again on its port. */
  restart(how: 'kill' | 'stop'): Promise<void>
}

/** Everything that a soak can break. */
export interface World {
  nodes: readonly Node[]
  postgres: PostgresServer
  /** Null where there is none: then PostgreSQL connects the processes. */
  redis: RedisServer | null
  /** Before the bucket. */
  store: TcpGate
  close(): Promise<void>
}

/** Starts a PostgreSQL, a store, a Redis where there is one and it is wanted, and so many API processes on them. */
export async function createWorld(size: number, { withRedis }: { withRedis: boolean }): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), 'medallion-soak-'))
  const [postgres, services] = await Promise.all([
    startPostgres(),
    startEmbeddedServices({ dataDir, log: () => {}, needs: { database: false, objectStore: true } }),
  ])
  if (services.storage === undefined) throw new Error('The store gave no address.')
  const redis = withRedis && hasRedis() ? await startRedis() : null
  await migrate(postgres.url, createLog('silent'))
  const store = await openGate(services.storage.endpoint)
  const env = {
    ...apiEnvironment(postgres.url, { ...services.storage, endpoint: store.url }),
    ...(redis === null ? {} : { REDIS_URL: redis.url }),
  }
  const nodes = await Promise.all(Array.from({ length: size }, () => startNode(dataDir, env)))
  return {
    nodes,
    postgres,
    redis,
    store,
    async close() {
      await Promise.all(nodes.map((node) => node.close()))
      await redis?.stop()
      await store.close()
      await services.stop()
      await postgres.remove()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function startNode(
  dataDir: string,
  env: Record<string, string>,
): Promise<Node & { close(): Promise<void> }> {
  let api: ApiProcess = await startApi(dataDir, env)
  const gate = await openGate(api.url)
  return {
    gate,
    async restart(how) {
      await api[how]()
      api = await startApi(dataDir, { ...env, PORT: new URL(api.url).port })
    },
    async close() {
      await gate.close()
      await api.stop()
    },
  }
}
