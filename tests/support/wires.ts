import type { OpenWire } from '../../api/platform/bus.ts'
import { postgresWire } from '../../api/platform/postgres-wire.ts'
import { redisWire } from '../../api/platform/redis-wire.ts'
import { hasRedis, startRedis, type RedisServer } from './redis-server.ts'
import { openGate, type TcpGate } from './tcp-gate.ts'

/** What carries messages between the processes of one test suite, behind a gate that the suite can shut. */
export interface TestWire {
  gate: TcpGate
  open: OpenWire
  /** What an API process of its own needs in its environment to use it. */
  env: Record<string, string>
  stop(): Promise<void>
}

/** A kind of wire, and how to open one for the processes on a database. */
export interface WireKind {
  name: string
  start(databaseUrl: string): Promise<TestWire>
}

const postgres: WireKind = {
  name: 'PostgreSQL',
  async start(databaseUrl) {
    const gate = await openGate(databaseUrl)
    return { gate, open: postgresWire(gate.url), env: {}, stop: () => gate.close() }
  },
}

const redis: WireKind = {
  name: 'Redis',
  async start() {
    const configured = process.env.REDIS_URL
    const own: RedisServer | null = configured === undefined ? await startRedis() : null
    const gate = await openGate(own?.url ?? configured ?? '')
    return {
      gate,
      open: redisWire(gate.url),
      env: { REDIS_URL: gate.url },
      async stop() {
        await gate.close()
        await own?.stop()
      },
    }
  },
}

/** Whether tests of Redis can run here; where they cannot, a line says why. */
export function redisIsHere(): boolean {
  const here = process.env.REDIS_URL !== undefined || hasRedis()
  if (!here)
    process.stdout.write(
      'Redis: not tested here, since neither REDIS_URL is set nor redis-server is on the PATH (apt-get install redis-server).\n',
    )
  return here
}

/** The wires that can be tested here: PostgreSQL's always, Redis' wherever there is one. */
export const wireKinds = (): WireKind[] => (redisIsHere() ? [postgres, redis] : [postgres])
